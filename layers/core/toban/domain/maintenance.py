"""Maintenance that was announced (clause C-5): no alert mail and no response in its window."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from toban.domain.identifier import stamp

LONGEST = timedelta(days=14)
"""Every window has an end; a longer one is a change of the contract, not maintenance."""
LONGEST_OCCURRENCE = timedelta(hours=12)
"""A window that comes back every day and lasted longer would be no monitoring at all."""
FARTHEST = timedelta(days=180)
"""How far ahead a window may begin: an execution of Step Functions lasts a year at most."""


class OnHolidays(StrEnum):
    """What a recurring window does on a public holiday."""

    AS_USUAL = "as_usual"
    SKIP = "skip"
    ALSO = "also"


class WindowState(StrEnum):
    """Where a window stands at a time."""

    AHEAD = "ahead"
    OPEN = "open"
    OVER = "over"
    ENDED_EARLY = "ended_early"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Window:
    """One announced stretch of time, aware UTC; without `monitor_ids` it holds for the whole
    server.

    `rule_id` names the rule that it comes from when it comes back; `extended_at` is when its end
    was last moved.
    """

    window_id: str
    server_id: str
    starts_at: datetime
    ends_at: datetime
    requested_by: str
    reason: str = ""
    monitor_ids: tuple[str, ...] = ()
    cancelled_at: datetime | None = None
    rule_id: str = ""
    extended_at: datetime | None = None

    def concerns(self, monitor_id: str) -> bool:
        """Tell whether the monitor is one of the window's."""
        return not self.monitor_ids or monitor_id in self.monitor_ids

    def covers(self, monitor_id: str, at: datetime) -> bool:
        """Tell whether the monitor is in maintenance at that time."""
        return self.concerns(monitor_id) and self.state(at) is WindowState.OPEN

    def state(self, at: datetime) -> WindowState:
        """Tell where the window stands."""
        if self.cancelled_at is not None and self.cancelled_at <= self.starts_at:
            return WindowState.CANCELLED
        if self.cancelled_at is not None and at >= self.cancelled_at:
            return WindowState.ENDED_EARLY
        if at >= self.ends_at:
            return WindowState.OVER
        return WindowState.OPEN if at >= self.starts_at else WindowState.AHEAD

    def is_to_come(self, at: datetime) -> bool:
        """Tell whether the window is open, or will be."""
        return self.state(at) in {WindowState.AHEAD, WindowState.OPEN}


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def covering(windows: Iterable[Window], monitor_id: str, at: datetime) -> Window | None:
    """Return the window that covers the monitor longest from `at`, or None."""
    found = [window for window in windows if window.covers(monitor_id, at)]
    return max(found, key=lambda window: window.ends_at, default=None)


def window_id(server_id: str, starts_at: datetime, about: Sequence[str] = ()) -> str:
    """Return the id of the window, which is also the name of its execution.

    The same server, start, and monitors (or rule) that it is about give the same id: what is asked
    for twice happens once.
    """
    return _told_apart(f"{server_id}.maintenance.{stamp(starts_at)}", about)


def _told_apart(name: str, about: Sequence[str]) -> str:
    if not about:
        return name
    which = hashlib.sha256(" ".join(sorted(about)).encode()).hexdigest()
    return f"{name}.{which[:5]}"


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


def rule_id(server_id: str, recurrence: Recurrence, monitor_ids: Sequence[str] = ()) -> str:
    """Return the id of the rule, such as acme.web01.maintenance.sun.0200."""
    days = "-".join(WEEKDAYS[number] for number in sorted(recurrence.weekdays))
    name = f"{server_id}.maintenance.{days}.{recurrence.starts:%H%M}"
    return _told_apart(name, monitor_ids)


@dataclass(frozen=True, slots=True)
class Rule:
    """Maintenance that comes back until somebody cancels it; `since` is when it was asked for."""

    rule_id: str
    server_id: str
    recurrence: Recurrence
    since: datetime
    requested_by: str
    reason: str = ""
    monitor_ids: tuple[str, ...] = ()

    def next_window(self, after: datetime, is_holiday: Callable[[date], bool]) -> Window | None:
        """Return the first window that ends after `after`, or None when a year has none."""
        found = next(occurrences(self.recurrence, after, is_holiday), None)
        if found is None:
            return None
        starts_at, ends_at = found
        name = window_id(self.server_id, starts_at, (self.rule_id,))
        window = Window(name, self.server_id, starts_at, ends_at, self.requested_by, self.reason)
        return replace(window, monitor_ids=self.monitor_ids, rule_id=self.rule_id)


def mistakes_in(window: Window, now: datetime) -> list[str]:
    """Return what is wrong with a window that somebody asks for, each with its mend."""
    found = []
    if window.ends_at <= now:
        found.append("the window lies in the past: give an end that is still to come")
    elif window.ends_at <= window.starts_at:
        found.append("the end is not after the start: give an end that is later than the start")
    elif window.ends_at - window.starts_at > LONGEST:
        found.append(f"the window is longer than {LONGEST.days} days: end it earlier, extend later")
    if window.starts_at - now > FARTHEST:
        found.append(f"the window begins in more than {FARTHEST.days} days: ask for it later")
    if not window.requested_by.strip():
        found.append("nobody is named who asks for it: say who")
    return found


def mistakes_in_recurrence(recurrence: Recurrence) -> list[str]:
    """Return what is wrong with the days and the length of a window that comes back."""
    found = []
    if not recurrence.weekdays:
        found.append("no weekday is named: name at least one")
    if not timedelta() < timedelta(minutes=recurrence.minutes) <= LONGEST_OCCURRENCE:
        hours = LONGEST_OCCURRENCE // timedelta(hours=1)
        found.append(f"an occurrence lasts at least 1 minute and at most {hours} hours")
    return found
