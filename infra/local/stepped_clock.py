"""A clock that stands still while anything is being done, and then goes on to the next moment for
which anybody waits: a night passes exactly, and as fast as the machine can work.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from weakref import WeakSet

from infra.local.clock import LOOK_AGAIN_S, RuleClock

_NEVER_S = 1e6  # no real wait runs out before rule time says so


class SteppedClock(RuleClock):
    """Rule time is `origin` until `go_to`. Heartbeats and timeouts of whole machines never run
    out.
    """

    def __init__(self, origin: datetime) -> None:
        super().__init__(1.0, origin)
        self._at = origin.astimezone(UTC)
        self._lock = threading.Lock()
        self._threads: WeakSet[threading.Thread] = WeakSet()
        self._waiting: dict[threading.Thread, Callable[[], bool]] = {}
        self._sleeping: dict[threading.Thread, tuple[datetime, threading.Event]] = {}
        self._waits = 0

    def now(self) -> datetime:
        """Return the moment at which rule time stands, aware UTC."""
        return self._at

    def real_seconds(self, rule_seconds: float) -> float:
        """Return more than any real wait takes: only `go_to` lets rule time pass."""
        return rule_seconds + _NEVER_S

    def wait_until(
        self, moment: datetime, wake: threading.Event, woken: Callable[[], bool] | None = None
    ) -> bool:
        """Wait for a moment that `go_to` reaches, or for `wake`; true when it has come."""
        woken = woken or wake.is_set
        thread = threading.current_thread()
        with self.waiting(lambda: woken() or self._at >= moment):
            self._sleeping[thread] = (moment, wake)
            try:
                while self._at < moment and not woken():
                    wake.wait(LOOK_AGAIN_S)
            finally:
                del self._sleeping[thread]
        return self._at >= moment

    def go_to(self, moment: datetime) -> None:
        """Let rule time pass until the moment and wake who waits for it."""
        self._at = max(self._at, moment)
        for due, wake in list(self._sleeping.values()):
            if due <= self._at:
                _notify(wake)

    def next_moment(self) -> datetime | None:
        """Return the earliest moment that anybody waits for."""
        return min((due for due, _ in list(self._sleeping.values())), default=None)

    # -- does anything go on? --------------------------------------------------------------------

    def thread(self, work: Callable[[], None], name: str) -> threading.Thread:
        """Return a thread, not started, whose work counts."""
        thread = super().thread(work, name)
        with self._lock:
            self._threads.add(thread)
        return thread

    @contextmanager
    def waiting(self, woken: Callable[[], bool]) -> Iterator[None]:
        """Enclose a wait of the current thread, which nothing but other threads or time can end."""
        thread = threading.current_thread()
        outer = self._waiting.get(thread)
        with self._lock:
            self._waiting[thread] = woken
            self._waits += 1
        try:
            yield
        finally:
            with self._lock:
                del self._waiting[thread]
                if outer:
                    self._waiting[thread] = outer

    def at_work(self, others: list[threading.Thread]) -> list[str]:
        """Return the names of the threads that can go on without time passing; `others` count as
        well. Nothing goes on when there are none.

        Nobody was woken behind our back when no wait has begun while we looked: only a thread that
        was at work can wake another, and it has to come to rest itself before it looks idle.
        """
        with self._lock:
            own, before = list(self._threads), self._waits
        alive = [thread for thread in [*own, *others] if thread.is_alive()]
        busy = [thread.name for thread in alive if not self._rests(thread)]
        return busy or (["somebody"] if self._waits != before else [])

    def _rests(self, thread: threading.Thread) -> bool:
        woken = self._waiting.get(thread)
        return woken is not None and not woken()


def _notify(wake: threading.Event) -> None:
    """Let the waiters of the event look at the clock, without setting it."""
    condition: Any = wake._cond  # type: ignore[attr-defined]
    with condition:
        condition.notify_all()
