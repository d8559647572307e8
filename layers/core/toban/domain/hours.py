"""When a contact may be telephoned: stretches of a week, in the contact's own zone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

DAY_MINUTES = 24 * 60


class Day(StrEnum):
    """Which kind of day it is: a public holiday from Monday to Friday is no weekday."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"
    HOLIDAY = "holiday"


WEEK = tuple(Day)[:7]
WORKDAYS = WEEK[:5]


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Minutes from midnight on each of the days: `starts` from 0 on, `ends` exclusive; beyond
    DAY_MINUTES it is on the day after, whatever day that is.
    """

    days: tuple[Day, ...]
    starts: int
    ends: int

    def __str__(self) -> str:
        """Return the form of the hearing sheet, e.g. "mon/tue 18:00-09:00"."""
        return f"{'/'.join(self.days)} {clock_time(self.starts)}-{clock_time(self.ends)}"

    def covers(self, today: Day, yesterday: Day, minute: int) -> bool:
        """Tell whether the minute of today belongs to it."""
        late = minute + DAY_MINUTES
        return (today in self.days and self.starts <= minute < self.ends) or (
            yesterday in self.days and late < self.ends
        )


Hours = tuple[WeeklyHours, ...]
"""None at all: at any time."""


def clock_time(minute: int) -> str:
    """Return e.g. "09:00"; the end of a day is 24:00, what lies behind it is the next day's."""
    shown = minute - DAY_MINUTES if minute > DAY_MINUTES else minute
    return f"{shown // 60:02}:{shown % 60:02}"


def day_of(day: date, is_holiday: Callable[[date], bool]) -> Day:
    """Return the kind of a day of the calendar."""
    weekday = WEEK[day.weekday()]
    return Day.HOLIDAY if weekday in WORKDAYS and is_holiday(day) else weekday


def within(hours: Hours, at: datetime, is_holiday: Callable[[date], bool]) -> bool:
    """Tell whether the moment, as the clocks of the contact's zone show it, is in the hours."""
    if not hours:
        return True
    today = day_of(at.date(), is_holiday)
    yesterday = day_of(at.date() - timedelta(days=1), is_holiday)
    return covered(hours, today, yesterday, at.hour * 60 + at.minute)


def covered(hours: Sequence[WeeklyHours], today: Day, yesterday: Day, minute: int) -> bool:
    """Tell whether the minute of a day of this kind, after one of that kind, is in the hours."""
    return not hours or any(each.covers(today, yesterday, minute) for each in hours)
