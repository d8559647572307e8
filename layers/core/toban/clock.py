"""The one place that knows what time it is.

On AWS it is the system's clock; on one machine the local system installs a clock that may run
faster.
"""

from collections.abc import Callable
from datetime import UTC, datetime


def system_time() -> datetime:
    """Return the machine's own time, aware UTC."""
    return datetime.now(UTC)


_source: Callable[[], datetime] = system_time


def now() -> datetime:
    """Return the time of the rules, aware UTC."""
    return _source()


def machine_now() -> datetime:
    """Return this machine's own time, aware UTC, to hold a server's clock against: that one never
    runs faster.
    """
    return system_time()


def use(source: Callable[[], datetime]) -> None:
    """Let `source` tell the time from now on; `use(system_time)` goes back to the machine's own."""
    global _source  # noqa: PLW0603 - the process has one clock, that is its purpose
    _source = source
