"""Scales: round figures up the side, times of the customer's day along the foot."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

from graphs.graph import Unit
from toban.domain.series import Period
from toban.text.moments import local_time, zone_name

STEPS_WANTED = 5
_DIGITS = {Unit.PERCENT: " %", Unit.NUMBER: ""}
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_DECIMAL = ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s")
_HOURS_BETWEEN = 2
_MANY_DAYS = timedelta(days=62)
_WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_LEAST = 1e-6
"""Less than any figure is kept in steps of: such a scale ends at 1."""
_TEN = 10
_HUNDRED = 100


def levels(highest: float, unit: Unit) -> list[float]:
    """Return round values from 0 to at least `highest`, at equal distances."""
    step = _round_step(highest / STEPS_WANTED, unit) if highest >= _LEAST else 1.0
    count = max(1, ceil(highest / step - 1e-9))
    return [number * step for number in range(count + 1)]


def told(value: float | None, unit: Unit) -> str:
    """Return the value with its unit and three significant digits: 1.25 GiB; a dash for a gap."""
    if value is None:
        return "–"
    if unit in _DIGITS:
        return _digits(value) + _DIGITS[unit]
    base, prefix = _prefix(value, unit)
    return f"{_digits(value / base)} {prefix}"


def level_label(value: float, highest: float, unit: Unit) -> str:
    """Return a value of the axis in the unit that suits the highest one: all are told alike."""
    if not value:
        return "0"
    if unit in _DIGITS:
        return f"{value:g}{_DIGITS[unit]}"
    base, prefix = _prefix(highest, unit)
    return f"{value / base:g} {prefix}"


def moments(
    period: Period, start: datetime, end: datetime, zone: str, locale: str
) -> Iterator[tuple[datetime, str, bool]]:
    """Yield the times of the grid (aware UTC), what to write there, and whether a day or a month
    begins.
    """
    local = ZoneInfo(zone)
    if period is Period.DAY:
        yield from _hours(start, end, local, locale)
        return
    day = start.astimezone(local).date() + timedelta(days=1)
    while (at := _midnight(day, local)) < end:
        if period is Period.YEAR:
            if day.day == 1:
                yield at, _month(day, locale), day.month == 1
        else:
            monday = day.weekday() == 0
            label = monday or period is Period.WEEK
            yield at, _date(day, locale) if label else "", monday and period is Period.MONTH
        day += timedelta(days=1)


def span(start: datetime, end: datetime, zone: str) -> str:
    """Return from when to when, in the customer's time, and which time that is; days only of what
    is longer than two months.
    """
    first, last = local_time(start, zone), local_time(end, zone)
    if end - start > _MANY_DAYS:
        return f"{first:%Y-%m-%d} – {last:%Y-%m-%d} {zone_name(last)}"
    return f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M} {zone_name(last)}"


def _hours(
    start: datetime, end: datetime, local: ZoneInfo, locale: str
) -> Iterator[tuple[datetime, str, bool]]:
    at = start.replace(minute=0, second=0, microsecond=0)
    while at < end:
        clock = at.astimezone(local)
        if at >= start and clock.minute == 0 and clock.hour % _HOURS_BETWEEN == 0:
            midnight = clock.hour == 0
            yield at, _date(clock.date(), locale) if midnight else f"{clock:%H:%M}", midnight
        at += timedelta(hours=1) if clock.minute == 0 else timedelta(minutes=60 - clock.minute)


def _midnight(day: date, local: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), local).astimezone(UTC)


def _date(day: date, locale: str) -> str:
    weekday = _WEEKDAYS[locale][day.weekday()]
    if locale == "ja":
        return f"{day.month}/{day.day} ({weekday})"
    return f"{weekday} {day.day} {_MONTHS[day.month - 1]}"


def _month(day: date, locale: str) -> str:
    year = day.month == 1
    if locale == "ja":
        return f"{day.year}年" if year else f"{day.month}月"
    return str(day.year) if year else _MONTHS[day.month - 1]


def _round_step(step: float, unit: Unit) -> float:
    """Return the next of 1, 2, 2.5, 5, 10, ... of the unit, in bytes of 1, 2, 4, 8, ..."""
    if unit is Unit.BYTES:
        power = 1.0
        while power < step:
            power *= 2
        return power
    tens = 10.0 ** floor(log10(step))
    return next(many * tens for many in (1, 2, 2.5, 5, 10) if many * tens >= step * (1 - 1e-9))


def _prefix(value: float, unit: Unit) -> tuple[float, str]:
    names, factor = (_BINARY, 1024.0) if unit is Unit.BYTES else (_DECIMAL, 1000.0)
    base = 1.0
    for name in names[:-1]:
        if abs(value) < base * factor:
            return base, name
        base *= factor
    return base, names[-1]


def _digits(value: float) -> str:
    if value < _TEN:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < _HUNDRED else f"{value:.0f}"
