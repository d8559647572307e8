"""The meter: what every invocation of a function in the local system asks of AWS.

It looks on where botocore is called, above moto: what is counted is what the code asks for and how
large the items are, whatever moto thinks of it.
"""

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from botocore.client import BaseClient
from moto.core.botocore_stubber import BotocoreStubber

from bench.cost.requests import TableRequest, bucket_keys, usage_of
from bench.cost.usage import Usage
from infra.local.patches import Patches
from infra.local.runtime import Context, Runtime
from toban import clock
from toban.observability import logger

LOG_EVENT_OVERHEAD = 26
"""Octets that CloudWatch Logs adds to each line (PutLogEvents)."""
_THREADED = frozenset(
    f"toban-{name}"
    for name in (
        *("check-access", "try-access", "collect-diagnostics", "run-runbook", "roll-back"),
        "run-commands",
    )
)
"""Functions that log in: their work is done in threads of their own, too."""


@dataclass(slots=True)
class Invocation:
    """One invocation. `cpu_seconds` is the handler's own, without moto's; `waited_seconds` are
    rule time that it slept; `requests` are counted by service.
    """

    function: str
    event: Any
    answer: Any = None
    usage: Usage = field(default_factory=Usage)
    requests: Usage = field(default_factory=Usage)
    bucket_keys: set[str] = field(default_factory=set)
    cpu_seconds: float = 0.0
    waited_seconds: float = 0.0
    octets_out: int = 0
    """Of the answer, as text."""

    @property
    def duty(self) -> str:
        """The function's name without the stack's: run-checks."""
        return self.function.removeprefix("toban-")


class Meter:
    """Notes invocations while it is installed, in the order in which they end."""

    def __init__(self) -> None:
        self.invocations: list[Invocation] = []
        self._now = threading.local()

    @contextmanager
    def installed(self) -> Iterator["Meter"]:
        """Look on until the end of the `with`; the local system has to run already."""
        patches = Patches()
        lines = _Lines(self)
        wrote = logging.getLogger(logger.service)
        self._meter_invocations(patches)
        self._meter_requests(patches)
        self._leave_out_moto(patches)
        wrote.addHandler(lines)
        try:
            yield self
        finally:
            wrote.removeHandler(lines)
            patches.undo()

    def take(self) -> list[Invocation]:
        """Return what was noted since the last time."""
        taken, self.invocations = self.invocations, []
        return taken

    @property
    def current(self) -> Invocation | None:
        """The invocation that this thread works for."""
        return getattr(self._now, "invocation", None)

    def _meter_invocations(self, patches: Patches) -> None:
        original: Any = Runtime._answer

        def answer(runtime: Runtime, function: Any, payload: str, context: Context) -> str:
            noted = Invocation(context.function_name, _loaded(payload))
            noted.usage.count("lambda_requests")
            own_cpu = time.process_time if noted.function in _THREADED else time.thread_time
            before, self._now.invocation = self.current, noted
            self._now.moto_seconds, began, cpu = 0.0, clock.now(), own_cpu()
            try:
                text = str(original(runtime, function, payload, context))
                noted.answer, noted.octets_out = _loaded(text), len(text)
                return text
            finally:
                noted.cpu_seconds = max(0.0, own_cpu() - cpu - self._now.moto_seconds)
                noted.waited_seconds = (clock.now() - began) / timedelta(seconds=1)
                self._now.invocation = before
                self.invocations.append(noted)

        patches.replace(Runtime, "_answer", answer)

    def _meter_requests(self, patches: Patches) -> None:
        original: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

        def call(client: Any, operation: str, request: dict[str, Any]) -> Any:
            noted = self.current
            if noted is None:
                return original(client, operation, request)
            service = client.meta.service_model.service_name
            noted.requests.count(service)
            if service != "dynamodb":
                self._add(noted, usage_of(service, operation, request))
                noted.bucket_keys |= bucket_keys(service, operation, request)
                return original(client, operation, request)
            with self._unseen():
                asked = TableRequest(
                    operation, request, lambda again, named: original(client, again, named)
                )
            try:
                return original(client, operation, request)
            finally:
                with self._unseen():
                    self._add(noted, asked.units())

        patches.replace(BaseClient, "_make_api_call", call)

    def _leave_out_moto(self, patches: Patches) -> None:
        """What moto does in the caller's thread is done by AWS on its own machines."""
        original: Any = BotocoreStubber.process_request

        def process_request(stubber: Any, request: Any) -> Any:
            with self._unseen():
                return original(stubber, request)

        patches.replace(BotocoreStubber, "process_request", process_request)

    @contextmanager
    def _unseen(self) -> Iterator[None]:
        """Do not count what this thread does meanwhile: neither requests nor CPU."""
        noted, self._now.invocation = self.current, None
        began = time.thread_time()
        try:
            yield
        finally:
            if noted is not None:
                self._now.moto_seconds += time.thread_time() - began
            self._now.invocation = noted

    @staticmethod
    def _add(noted: Invocation, used: Usage) -> None:
        for name, quantity in used.items():
            noted.usage.count(name, quantity)


class _Lines(logging.Handler):
    """Counts the octets of the lines that a function logs."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    def emit(self, record: logging.LogRecord) -> None:
        noted = self._meter.current
        if noted is not None and record.name == logger.service:
            line = logger.registered_formatter.format(record)
            noted.usage.count("log_gb", (len(line.encode()) + LOG_EVENT_OVERHEAD) / 1e9)


def _loaded(text: str) -> Any:
    return json.loads(text or "{}")
