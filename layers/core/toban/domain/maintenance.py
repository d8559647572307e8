"""Maintenance that was announced (clause C-5): no alert mail and no response in its window."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONGEST = timedelta(days=14)
"""Every window has an end; a longer one is a change of the contract, not maintenance."""


class OnHolidays(StrEnum):
    """What a recurring window does on a public holiday."""

    AS_USUAL = "as_usual"
    SKIP = "skip"
    ALSO = "also"


@dataclass(frozen=True, slots=True)
class Window:
    """One announced stretch of time, aware UTC; without `monitor_ids` it holds for the whole
    server.
    """

    window_id: str
    server_id: str
    starts_at: datetime
    ends_at: datetime
    requested_by: str
    reason: str = ""
    monitor_ids: tuple[str, ...] = ()
    cancelled_at: datetime | None = None

    def covers(self, monitor_id: str, at: datetime) -> bool:
        """Tell whether the monitor is in maintenance at that time."""
        if self.cancelled_at is not None and at >= self.cancelled_at:
            return False
        concerned = not self.monitor_ids or monitor_id in self.monitor_ids
        return concerned and self.starts_at <= at < self.ends_at


def covering(windows: Iterable[Window], monitor_id: str, at: datetime) -> Window | None:
    """Return the window that covers the monitor longest from `at`, or None."""
    found = [window for window in windows if window.covers(monitor_id, at)]
    return max(found, key=lambda window: window.ends_at, default=None)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A window that comes back: on these weekdays (0 is Monday) at a local time, for some minutes.

    `zone` is the customer's. A start that the zone's clock skips or repeats is read as the earlier
    of its two meanings, so an occurrence never vanishes and never comes twice.
    """

    weekdays: frozenset[int]
    starts: time
    minutes: int
    zone: str
    holidays: OnHolidays = OnHolidays.AS_USUAL

    def occurs_on(self, day: date, is_holiday: Callable[[date], bool]) -> bool:
        """Tell whether the window opens on a local day."""
        usual = day.weekday() in self.weekdays
        if self.holidays is OnHolidays.AS_USUAL:
            return usual
        holiday = is_holiday(day)
        return usual and not holiday if self.holidays is OnHolidays.SKIP else usual or holiday


def occurrences(
    recurrence: Recurrence, after: datetime, is_holiday: Callable[[date], bool], days: int = 366
) -> Iterator[tuple[datetime, datetime]]:
    """Yield start and end of the windows that end after `after`, in order, for so many days."""
    zone = ZoneInfo(recurrence.zone)
    length = timedelta(minutes=recurrence.minutes)
    first = after.astimezone(zone).date() - timedelta(days=1)
    for number in range(days):
        day = first + timedelta(days=number)
        starts_at = datetime.combine(day, recurrence.starts, zone).astimezone(UTC)
        if starts_at + length > after and recurrence.occurs_on(day, is_holiday):
            yield starts_at, starts_at + length


def mistakes_in(window: Window, now: datetime) -> list[str]:
    """Return what is wrong with a window that somebody asks for, each with its mend."""
    found = []
    if window.ends_at <= window.starts_at:
        found.append("the end is not after the start: give an end that is later than the start")
    elif window.ends_at - window.starts_at > LONGEST:
        found.append(f"the window is longer than {LONGEST.days} days: end it earlier, extend later")
    if window.ends_at <= now:
        found.append("the window lies in the past: give an end that is still to come")
    if not window.requested_by.strip():
        found.append("nobody is named who asks for it: say who")
    return found
