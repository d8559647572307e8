"""How time passes for whoever uses a local system: by itself, or step by step."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from infra.local.clock import RuleClock
from infra.local.rule_time import running_threads
from infra.local.scheduler import Scheduler
from infra.local.stepped_clock import SteppedClock

_LOOK_S = 0.02
_SETTLE_LOOK_S, _SETTLE_SHARE = 0.001, 10
_SETTLES_WITHIN_S = 90.0


class NotSettledError(RuntimeError):
    """Work goes on and on without any time passing."""


class Pace(Protocol):
    """Starts the schedules and lets time pass."""

    def start(self) -> None:
        """Begin to fire schedules."""

    def wait_until(self, condition: Callable[[], bool], rule_seconds: float) -> bool:
        """Wait for a condition; false when it has not come true after so many rule seconds."""


class OwnPace:
    """Time passes by itself, whatever is being done."""

    def __init__(self, clock: RuleClock, scheduler: Scheduler, stopping: threading.Event) -> None:
        self._clock, self._scheduler, self._stopping = clock, scheduler, stopping

    def start(self) -> None:
        """Let the scheduler look at its schedules by itself."""
        self._scheduler.start()

    def wait_until(self, condition: Callable[[], bool], rule_seconds: float) -> bool:
        """Look at the condition again and again."""
        return wait_real(condition, self._clock.real_seconds(rule_seconds), self._stopping)


class StepByStep:
    """Time stands still until somebody waits here, and passes only while nothing else goes on."""

    def __init__(self, clock: SteppedClock, scheduler: Scheduler) -> None:
        self._clock, self._scheduler = clock, scheduler

    def start(self) -> None:
        """Learn the first slots."""
        self._scheduler.look()

    def wait_until(self, condition: Callable[[], bool], rule_seconds: float) -> bool:
        """Go from moment to moment; the condition is looked at when everything has come to rest."""
        end = self._clock.now() + timedelta(seconds=rule_seconds)
        self._scheduler.look()  # a schedule that is new has its first slot after this moment
        self.settle()
        while not condition():
            if self._clock.now() >= end:
                return False
            self._clock.go_to(min(self._next(), end))
            self._scheduler.look()
            self.settle()
        return True

    def settle(self) -> None:
        """Wait, in real time, until nothing can go on before time passes."""
        begun = looked = time.monotonic()
        while busy := self._clock.at_work(running_threads()):
            now = time.monotonic()
            if now - begun > _SETTLES_WITHIN_S:
                raise NotSettledError(f"Still at work: {', '.join(sorted(set(busy)))}")
            # a look at a thousand threads keeps them from their work
            time.sleep(max(_SETTLE_LOOK_S, _SETTLE_SHARE * (now - looked)))
            looked = time.monotonic()

    def _next(self) -> datetime:
        moments = [self._clock.next_moment(), self._scheduler.next_due()]
        return min(
            (moment for moment in moments if moment), default=datetime.max.replace(tzinfo=UTC)
        )


def pace_of(clock: RuleClock, scheduler: Scheduler, stopping: threading.Event) -> Pace:
    """Return the pace that goes with the clock."""
    if isinstance(clock, SteppedClock):
        return StepByStep(clock, scheduler)
    return OwnPace(clock, scheduler, stopping)


def wait_real(condition: Callable[[], bool], seconds: float, stopping: threading.Event) -> bool:
    """Wait for a condition; false when it has not come true after so many real seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        stopping.wait(_LOOK_S)
    return True
