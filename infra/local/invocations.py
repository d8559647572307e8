"""Lambda's queue of asynchronous invocations: accepted means run, also after the process was
killed.

A function that fails is called again after one minute and after two, unless its EventInvokeConfig
says less (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html); all
in rule time.
"""

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3

from infra.local.clock import RuleClock, isoformat
from infra.local.journal import Journal
from infra.local.runtime import HandlerError, Runtime

_log = logging.getLogger("toban.local")
_DEFAULTS = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21_600}


class InvocationQueue:
    """Runs what was accepted, each invocation in its own thread."""

    def __init__(self, runtime: Runtime, journal: Journal, clock: RuleClock) -> None:
        self._runtime, self._journal, self._clock = runtime, journal, clock
        self._threads: set[threading.Thread] = set()
        self._closed = threading.Event()

    def accept(self, function: Any, payload: str, done: Callable[[], None] | None = None) -> None:
        """Take an invocation over and start it; `done` is called when it has ended in any way."""
        accepted, identifier = self._clock.now(), str(uuid4())
        row = (identifier, str(function.function_name), payload, accepted.isoformat())
        self._journal.write("insert into invocations values (?, ?, ?, ?)", *row)
        self._start(identifier, function, payload, accepted, done)

    def resume(self, function_by_name: Callable[[str], Any]) -> None:
        """Start what an earlier process accepted and did not finish, unless it is too old."""
        sql = "select id, function, payload, accepted from invocations order by accepted"
        for identifier, name, payload, accepted in self._journal.rows(sql):
            function = function_by_name(name)
            if function is None:
                self._forget(identifier)
            else:
                self._start(identifier, function, payload, datetime.fromisoformat(accepted), None)

    @property
    def busy(self) -> bool:
        """Whether an invocation is waiting or at work."""
        return bool(self._threads)

    def close(self) -> None:
        """Start nothing more; what has not finished stays on record for the next process."""
        self._closed.set()

    def _start(
        self, identifier: str, function: Any, payload: str, accepted: datetime, done: Any
    ) -> None:
        def work() -> None:
            try:
                self._run(identifier, function, payload, accepted)
            finally:
                self._threads.discard(thread)
                if done:
                    done()

        thread = self._clock.thread(work, f"event {function.function_name}")
        self._threads.add(thread)
        thread.start()

    def _run(self, identifier: str, function: Any, payload: str, accepted: datetime) -> None:
        limits = _limits(function)
        deadline = accepted + timedelta(seconds=limits["MaximumEventAgeInSeconds"])
        failure: HandlerError | None = None
        for attempt in range(limits["MaximumRetryAttempts"] + 1):
            due = accepted if attempt == 0 else self._clock.now() + timedelta(minutes=attempt)
            if due > deadline or self._clock.now() > deadline:
                break
            if not self._clock.wait_until(due, self._closed) or self._closed.is_set():
                return
            try:
                self._runtime.call(function, payload)
            except HandlerError as error:
                failure = error
                continue
            self._forget(identifier)
            return
        self._give_up(identifier, function, payload, failure)

    def _give_up(
        self, identifier: str, function: Any, payload: str, failure: HandlerError | None
    ) -> None:
        _log.error("%s: an asynchronous invocation was given up.", function.function_name)
        destination = _configured(function).get("DestinationConfig", {}).get("OnFailure", {})
        if ":sqs:" in destination.get("Destination", ""):
            sqs = boto3.client("sqs")
            name = destination["Destination"].rpartition(":")[2]
            body = json.dumps(_letter(function, payload, failure, self._clock.now()))
            sqs.send_message(
                QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], MessageBody=body
            )
        self._forget(identifier)

    def _forget(self, identifier: str) -> None:
        self._journal.write("delete from invocations where id = ?", identifier)


def _configured(function: Any) -> dict[str, Any]:
    return dict(function.event_invoke_config[-1].config) if function.event_invoke_config else {}


def _limits(function: Any) -> dict[str, int]:
    configured = _configured(function)
    return {name: int(configured.get(name, default)) for name, default in _DEFAULTS.items()}


def _letter(
    function: Any, payload: str, failure: HandlerError | None, now: datetime
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html."""
    condition = "RetriesExhausted" if failure else "EventAgeExceeded"
    return {
        "version": "1.0",
        "timestamp": isoformat(now),
        "requestContext": {"functionArn": function.function_arn, "condition": condition},
        "requestPayload": json.loads(payload or "{}"),
        "responsePayload": failure.document if failure else None,
    }
