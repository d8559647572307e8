"""Walkers side by side on one system, and what happens to all of them at once."""

import email
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from infra.local.runtime import HandlerError
from tests.scenarios.shift import Shift
from tests.scenarios.walk import Step, Walker


class Walks:
    """The walkers of one system, and what happens to all of them at once."""

    def __init__(self, shift: Shift) -> None:
        self.shift, self.system = shift, shift.system
        self.walkers: list[Walker] = []
        self.sendings: Counter[str] = Counter()
        self._call, self._send = self.system.runtime.call, self.system.outbox.send
        self.system.runtime.call = self._unreliably  # type: ignore[method-assign]
        self.system.outbox.send = self._counted  # type: ignore[method-assign, assignment]

    def walk(self, walks: Sequence[Sequence[Step]]) -> list[Walker]:
        """Let new customers take these walks side by side, and then everything be well."""
        mine = [Walker(self.shift, f"w{len(self.walkers) + n}") for n in range(len(walks))]
        self.walkers += mine
        for moment, walker, step in _in_order(self.system.clock.now(), mine, walks):
            self.let_pass((moment - self.system.clock.now()).total_seconds())
            walker.take(step)
        for walker in mine:
            walker.rest()
        return mine

    def let_pass(self, seconds: float) -> None:
        """Let rule time pass."""
        self.system.wait_until(lambda: False, seconds)

    def _unreliably(self, function: Any, payload: str) -> str:
        answer = self._call(function, payload)
        if any(walker.loses(payload) for walker in self.walkers):
            lost = {"errorType": "Lambda.TooManyRequestsException", "errorMessage": "lost"}
            raise HandlerError(lost)
        return answer

    def _counted(self, data: bytes, *rest: Any) -> str:
        self.sendings[str(email.message_from_bytes(data)["X-Toban-Mail"])] += 1
        return self._send(data, *rest)


def _in_order(
    begin: datetime, walkers: Sequence[Walker], walks: Sequence[Sequence[Step]]
) -> list[tuple[datetime, Walker, Step]]:
    found: list[tuple[datetime, Walker, Step]] = []
    for walker, walk in zip(walkers, walks, strict=True):
        moment = begin
        for step in walk:
            moment += timedelta(seconds=step.after)
            found.append((moment, walker, step))
    return sorted(found, key=lambda each: each[0])
