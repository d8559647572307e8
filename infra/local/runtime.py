"""Lambda in this process: the template's Handler is imported and called, as the runtime for Python
calls it.

A handler that runs longer than its function's Timeout is answered for as the service does, but a
thread cannot be killed: it goes on unseen, where the real sandbox would be frozen. Handlers share
one environment.
"""

import json
import logging
import threading
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol
from uuid import uuid4

from moto.awslambda.models import LambdaFunction

from infra.local.clock import RuleClock
from infra.local.patches import Patches

_log = logging.getLogger("toban.local")

Handler = Callable[[Any, "Context"], Any]


class Context:
    """The context object of the runtime, as far as handlers and aws-lambda-powertools use it."""

    def __init__(self, function: Any) -> None:
        self.function_name = str(function.function_name)
        self.function_version = "$LATEST"
        self.invoked_function_arn = str(function.function_arn)
        self.memory_limit_in_mb = int(function.memory_size)
        self.aws_request_id = str(uuid4())
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = "local"
        self.timeout = float(function.timeout)
        self._ends = time.monotonic() + self.timeout

    def get_remaining_time_in_millis(self) -> int:
        """Return the real time that is left to the handler."""
        return max(0, int((self._ends - time.monotonic()) * 1000))


class Queue(Protocol):
    """Where invocations go that nobody waits for."""

    def accept(self, function: Any, payload: str) -> None:
        """Take an invocation over; it is run soon."""


class HandlerError(Exception):
    """A handler failed; `document` is what the runtime reports of it."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(str(document.get("errorMessage")))
        self.document = document


class Runtime:
    """Calls handlers, and knows which of them are at work."""

    def __init__(self, clock: RuleClock) -> None:
        self._clock = clock
        self._handlers: dict[str, Handler] = {}
        self._running: set[threading.Event] = set()

    def call(self, function: Any, payload: str) -> str:
        """Call the function's handler; returns its answer as JSON, raises HandlerError."""
        context = Context(function)
        outcome: list[str | HandlerError] = []
        ended = threading.Event()

        def work() -> None:
            try:
                outcome.append(self._answer(function, payload, context))
            except HandlerError as error:
                outcome.append(error)
            finally:
                self._running.discard(ended)
                ended.set()

        thread = self._clock.thread(work, f"lambda {context.function_name}")
        self._running.add(ended)
        thread.start()
        with self._clock.waiting(lambda: not thread.is_alive()):
            thread.join(context.timeout)
        result = outcome[0] if outcome else HandlerError(_timed_out(context))
        if isinstance(result, HandlerError):
            _log.warning("%s: %s", context.function_name, result)
            raise result
        return result

    def wait_idle(self, seconds: float) -> bool:
        """Wait until no handler is at work; false when one still is after so many real seconds."""
        deadline = time.monotonic() + seconds
        for ended in list(self._running):
            ended.wait(max(0.0, deadline - time.monotonic()))
        return not self._running

    @property
    def busy(self) -> bool:
        """Whether a handler is at work."""
        return bool(self._running)

    def _answer(self, function: Any, payload: str, context: Context) -> str:
        try:
            answer = self._handler(str(function.handler))(json.loads(payload or "{}"), context)
            return _as_json(answer)
        except HandlerError:
            raise
        except Exception as error:
            raise HandlerError(_document(error, context)) from error

    def _handler(self, name: str) -> Handler:
        if name not in self._handlers:
            module, _, attribute = name.rpartition(".")
            try:
                self._handlers[name] = getattr(import_module(module), attribute)
            except ImportError as error:
                kind = "Runtime.ImportModuleError"
                message = f"Unable to import module '{module}': {error}"
                raise HandlerError({"errorType": kind, "errorMessage": message}) from error
            except AttributeError:
                message = f"Handler '{attribute}' missing on module '{module}'"
                raise HandlerError(
                    {"errorType": "Runtime.HandlerNotFound", "errorMessage": message}
                ) from None
        return self._handlers[name]


def install(patches: Patches, runtime: Runtime, queue: Queue) -> None:
    """Put the runtime behind lambda:Invoke, Step Functions tasks and every other caller inside
    moto.
    """

    def invoke(self: Any, body: Any, request_headers: Any, response_headers: Any) -> bytes:
        payload = body.decode() if isinstance(body, bytes) else (body or "")
        headers = {name.lower(): value for name, value in dict(request_headers or {}).items()}
        kind = headers.get("x-amz-invocation-type", "RequestResponse")
        if kind == "Event":
            queue.accept(self, payload)
        if kind != "RequestResponse":
            return b""
        try:
            return runtime.call(self, payload).encode()
        except HandlerError as error:
            response_headers["x-amz-function-error"] = "Unhandled"
            return json.dumps(error.document).encode()

    patches.replace(LambdaFunction, "invoke", invoke)


def _as_json(answer: Any) -> str:
    try:
        return json.dumps(answer)
    except TypeError as error:
        message = f"Unable to marshal response: {error}"
        raise HandlerError(
            {"errorType": "Runtime.MarshalError", "errorMessage": message}
        ) from error


def _document(error: Exception, context: Context) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": context.aws_request_id,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def _timed_out(context: Context) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html."""
    what = f"Task timed out after {context.timeout:.2f} seconds"
    message = f"RequestId: {context.aws_request_id} Error: {what}"
    return {"errorType": "Sandbox.Timedout", "errorMessage": message}
