"""Rule time: the time by which everything of one local system happens, `speed` times as fast as
ours.
"""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

# Seconds are counted by the clock that goes on while the machine sleeps, so that rule time does not
# fall behind; where there is none (macOS), the monotonic clock does.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

# A waiting thread looks at the clock at least this often (real seconds): a machine that slept wakes
# up late.
LOOK_AGAIN_S = 1.0


class RuleClock:
    """Rule time starts at `origin` and runs `speed` rule seconds per real second."""

    def __init__(self, speed: float, origin: datetime) -> None:
        if speed <= 0:
            raise ValueError("The speed must be greater than 0.")
        self.speed = speed
        self.origin = origin.astimezone(UTC)
        self._started = time.clock_gettime(_STEADY)

    def now(self) -> datetime:
        """Return the rule time, aware UTC."""
        elapsed = time.clock_gettime(_STEADY) - self._started
        return self.origin + timedelta(seconds=elapsed * self.speed)

    def real_seconds(self, rule_seconds: float) -> float:
        """Return how long a rule duration takes on the wall clock, in seconds."""
        return rule_seconds / self.speed

    def wait_for(self, rule_seconds: float, wake: threading.Event) -> bool:
        """Wait for a rule duration or for `wake`; true when it is over."""
        return self.wait_until(self.now() + timedelta(seconds=rule_seconds), wake)

    def wait_until(
        self, moment: datetime, wake: threading.Event, woken: Callable[[], bool] | None = None
    ) -> bool:
        """Wait for a moment of rule time or for `wake`; true when the moment has come.

        `woken` tells what a `wake` that is cleared again at once has announced.
        """
        woken = woken or wake.is_set
        while (left := (moment - self.now()).total_seconds()) > 0:
            if woken():
                return False
            wake.wait(min(LOOK_AGAIN_S, self.real_seconds(left)))
        return True

    def thread(self, work: Callable[[], None], name: str) -> threading.Thread:
        """Return a thread, not started, for work that belongs to the system."""
        return threading.Thread(target=work, name=name, daemon=True)

    def waiting(self, woken: Callable[[], bool]) -> AbstractContextManager[None]:
        """Enclose a wait of the current thread for other threads; `woken` tells that it is over."""
        return nullcontext()


def isoformat(moment: datetime) -> str:
    """Return the moment as AWS writes it: ISO 8601, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
