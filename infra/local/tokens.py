"""Task tokens as on AWS: an answer counts once, and only while the task waits for it."""

import threading
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from moto.stepfunctions.parser.api import InvalidToken, TaskTimedOut
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackEndpoint,
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
    CallbackPoolManager,
)
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from infra.local.clock import RuleClock
from infra.local.patches import Patches


class TokenDesk:
    """Every token that a task of this system waits for."""

    def __init__(self, clock: RuleClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: WeakValueDictionary[str, Any] = WeakValueDictionary()

    def register(self, endpoint: Any) -> None:
        """Expect an answer for the endpoint's token."""
        with self._lock:
            self._waiting[endpoint.callback_id] = endpoint

    def answer(self, token: str, outcome: Any) -> None:
        """Deliver an outcome; raises TaskTimedOut when nobody waits for it any more."""
        with self._lock:
            endpoint = self._open(token)
            endpoint.notify(outcome=outcome)

    def heartbeat(self, token: str) -> None:
        """Prolong a task that waits with a heartbeat."""
        with self._lock:
            self._open(token).notify_heartbeat()

    def wait(self, endpoint: Any, rule_seconds: float | None) -> Any:
        """Wait for the outcome; when it does not come, the token is closed before anything else
        happens.
        """
        event: threading.Event = endpoint._notify_event
        if rule_seconds is None:
            event.wait()
        else:
            self._clock.wait_for(rule_seconds, event)
        with self._lock:
            event.set()
            return endpoint._outcome

    def close_all(self) -> None:
        """Wake every waiting task, for the end of the system."""
        with self._lock:
            waiting = list(self._waiting.values())
        for endpoint in waiting:
            endpoint.interrupt_all()

    def _open(self, token: str) -> Any:
        endpoint = self._waiting.get(token)
        if endpoint is None and not _well_formed(token):
            raise InvalidToken()  # type: ignore[no-untyped-call]
        if endpoint is None or endpoint._notify_event.is_set():
            message = "Task Timed Out: 'Provided task does not exist anymore'"
            raise TaskTimedOut(message, "TaskTimedOut", 400)
        return endpoint


def _well_formed(token: str) -> bool:
    try:
        UUID(token)
    except ValueError:
        return False
    return True


def install(patches: Patches, desk: TokenDesk) -> None:
    """Let the desk answer: moto accepts late and repeated answers, and loses one at the moment of
    timing out.

    moto's own search also fails while another execution is just starting (its environment is still
    None).
    """
    original_add: Any = CallbackPoolManager.add

    def add(self: Any, callback_id: str) -> Any:
        endpoint = original_add(self, callback_id)
        desk.register(endpoint)
        return endpoint

    def success(self: Any, task_token: str, outcome: str) -> None:
        made: Any = CallbackOutcomeSuccess
        desk.answer(task_token, made(callback_id=task_token, output=outcome))

    def failure(
        self: Any, task_token: str, error: str | None = None, cause: str | None = None
    ) -> None:
        made: Any = CallbackOutcomeFailure
        desk.answer(task_token, made(callback_id=task_token, error=error, cause=cause))

    def heartbeat(self: Any, task_token: str) -> None:
        desk.heartbeat(task_token)

    def wait(self: Any, timeout: float | None = None) -> Any:
        return desk.wait(self, timeout)

    patches.replace(CallbackPoolManager, "add", add)
    patches.replace(CallbackEndpoint, "wait", wait)
    patches.replace(StepFunctionsParserBackend, "send_task_success", success)
    patches.replace(StepFunctionsParserBackend, "send_task_failure", failure)
    patches.replace(StepFunctionsParserBackend, "send_task_heartbeat", heartbeat)
