"""Schedule expressions of EventBridge Scheduler: cron(...), rate(...) and at(...).

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
An own parser because the libraries read Unix cron: other fields, other week days, no `?`, `L`, `W`,
`#`.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate("SUN MON TUE WED THU FRI SAT".split(), start=1)}
_SATURDAY, _SUNDAY = 7, 1
_HORIZON_YEARS = 8  # a leap day that is also a given year's can be this far away
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SPAN = {"minute": 60, "hour": 3600, "day": 86_400}


class ExpressionError(ValueError):
    """The schedule expression is not one that EventBridge Scheduler takes."""


class Expression(Protocol):
    """When a schedule is due."""

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first slot later than `moment` (aware), None when there is none."""


def parse(text: str, zone: str = "UTC", started: datetime | None = None) -> Expression:
    """Read an expression; a rate counts from `started`. Raises ExpressionError."""
    if text.startswith("cron(") and text.endswith(")"):
        return Cron.of(text[5:-1], ZoneInfo(zone))
    if match := _RATE.fullmatch(text):
        if started is None or int(match[1]) < 1:
            raise ExpressionError(
                f"{text}: a rate counts whole units, at least 1, from a starting moment."
            )
        return Rate(timedelta(seconds=int(match[1]) * _SPAN[match[2]]), started)
    if text.startswith("at(") and text.endswith(")"):
        return Once(datetime.fromisoformat(text[3:-1]).replace(tzinfo=ZoneInfo(zone)))
    raise ExpressionError(f"{text}: expected cron(...), rate(...) or at(...).")


@dataclass(frozen=True)
class Once:
    """at(...): one slot."""

    slot: datetime

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the slot while it is still to come."""
        return self.slot.astimezone(moment.tzinfo) if self.slot > moment else None


@dataclass(frozen=True)
class Rate:
    """rate(...): slots at equal distances from a start."""

    every: timedelta
    started: datetime

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first slot later than `moment`."""
        passed = max(0, (moment - self.started) // self.every)
        return self.started + (passed + 1) * self.every


@dataclass(frozen=True, repr=False)
class Cron:
    """cron(minutes hours day-of-month month day-of-week year)."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    month_days: str
    months: frozenset[int]
    week_days: str
    years: frozenset[int]
    zone: ZoneInfo

    @classmethod
    def of(cls, text: str, zone: ZoneInfo) -> "Cron":
        """Read the six fields; raises ExpressionError."""
        fields = text.split()
        if len(fields) != 6:  # noqa: PLR2004 - AWS's cron has six fields
            raise ExpressionError(f"cron({text}): six fields are needed, minutes to year.")
        if (fields[2] == "?") == (fields[4] == "?"):
            raise ExpressionError(
                f"cron({text}): exactly one of day-of-month and day-of-week must be ?."
            )
        minutes, hours = _numbers(fields[0], 0, 59), _numbers(fields[1], 0, 23)
        months, years = _numbers(fields[3], 1, 12, _MONTHS), _numbers(fields[5], 1970, 2199)
        made = cls(
            tuple(sorted(minutes)), tuple(sorted(hours)), fields[2], months, fields[4], years, zone
        )
        made._days_of(2024, 1)
        return made

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first slot later than `moment`."""
        local = moment.astimezone(self.zone)
        for day in self._days_from(local.date()):
            for hour in self.hours:
                for minute in self.minutes:
                    slot = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)
                    if slot > moment and _exists(slot):
                        return slot.astimezone(moment.tzinfo)
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        for year in range(first.year, first.year + _HORIZON_YEARS + 1):
            for month in sorted(self.months) if year in self.years else ():
                days = (date(year, month, day) for day in sorted(self._days_of(year, month)))
                yield from (day for day in days if day >= first)

    def _days_of(self, year: int, month: int) -> frozenset[int]:
        last = calendar.monthrange(year, month)[1]
        if self.week_days == "?":
            return _month_days(self.month_days, year, month, last)
        return _week_days(self.week_days, year, month, last)


def _numbers(
    field: str, low: int, high: int, names: dict[str, int] | None = None
) -> frozenset[int]:
    """Read a field of numbers: `*`, lists, ranges, steps, names."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            start, end = low, high
        else:
            start = _number(first, names, field)
            end = _number(last, names, field) if last else (high if step else start)
        width = _number(step, None, field) if step else 1
        if not (low <= start <= end <= high) or width < 1:
            raise ExpressionError(f"{field}: {part} is not within {low} to {high}.")
        found.update(range(start, end + 1, width))
    return frozenset(found)


def _number(text: str, names: dict[str, int] | None, field: str) -> int:
    if names and text.upper() in names:
        return names[text.upper()]
    if not text.isdigit():
        raise ExpressionError(f"{field}: {text or 'nothing'} is not a number.")
    return int(text)


def _exists(slot: datetime) -> bool:
    """Tell whether the clock shows the slot at all: not in the hour that summer time skips."""
    return slot.astimezone(ZoneInfo("UTC")).astimezone(slot.tzinfo).replace(fold=0) == slot


def _month_days(field: str, year: int, month: int, last: int) -> frozenset[int]:
    if field == "L":
        return frozenset({last})
    if field in ("LW", "WL"):
        return frozenset({_nearest_weekday(year, month, last, last)})
    if field.endswith("W"):
        return frozenset(
            {_nearest_weekday(year, month, min(_number(field[:-1], None, field), last), last)}
        )
    return frozenset(day for day in _numbers(field, 1, 31) if day <= last)


def _nearest_weekday(year: int, month: int, day: int, last: int) -> int:
    weekday = _aws_weekday(year, month, day)
    if weekday == _SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == _SUNDAY:
        return day + 1 if day < last else day - 2
    return day


def _week_days(field: str, year: int, month: int, last: int) -> frozenset[int]:
    days = range(1, last + 1)
    if "#" in field:
        name, _, which = field.partition("#")
        wanted = _number(name, _DAYS, field)
        matching = [day for day in days if _aws_weekday(year, month, day) == wanted]
        return frozenset(matching[_number(which, None, field) - 1 :][:1])
    if field.endswith("L"):
        wanted = _number(field[:-1], _DAYS, field) if field != "L" else _SATURDAY
        return frozenset([day for day in days if _aws_weekday(year, month, day) == wanted][-1:])
    numbers = _numbers(field, 1, 7, _DAYS)
    return frozenset(day for day in days if _aws_weekday(year, month, day) in numbers)


def _aws_weekday(year: int, month: int, day: int) -> int:
    """1 is Sunday."""
    return date(year, month, day).isoweekday() % 7 + 1
