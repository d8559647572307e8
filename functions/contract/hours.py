"""Reads when a contact may be telephoned: "mon-fri 09:00-18:00", 平日 9:00〜18:00."""

import re

from toban.catalogue.format import Format, half_width
from toban.catalogue.mistake import Refusal, quoted
from toban.domain.hours import DAY_MINUTES, WEEK, WORKDAYS, Day, WeeklyHours

MOST_STRETCHES = 14
_EXAMPLE = "mon-fri 09:00-18:00"
_MEND = (
    f'Write days and times, for example "{_EXAMPLE}", "sat/sun/holiday 00:00-24:00" or '
    '"daily 18:00-09:00".'
)
_WRITTEN = re.compile(
    r"(?P<days>\D+?)\s*(?P<from>\d{1,2}):(?P<from_minute>\d\d)\s*[-~〜]\s*"
    r"(?P<to>\d{1,2}):(?P<to_minute>\d\d)"
)
_SIGNS = dict(zip("月火水木金土日祝", Day, strict=True))
_NAMED = {
    "daily": tuple(Day),
    "毎日": tuple(Day),
    "weekdays": WORKDAYS,
    "平日": WORKDAYS,
    "holidays": (Day.HOLIDAY,),
    "祝日": (Day.HOLIDAY,),
}
_SPOKEN = re.compile(r"(\d{1,2})時(?:(\d\d)分)?")
_RANGE = re.compile(r"(\S+?)\s*[-~〜]\s*(\S+)")


def _parse(text: str) -> WeeklyHours:
    typed = _SPOKEN.sub(lambda told: f"{told[1]}:{told[2] or '00'}", half_width(text).lower())
    found = _WRITTEN.fullmatch(typed)
    days = _days(found["days"]) if found else ()
    if found is None or not days:
        raise Refusal(f"{quoted(text)} says no hours.", _MEND)
    starts = _minute(found["from"], found["from_minute"], text)
    ends = _minute(found["to"], found["to_minute"], text)
    if starts in {DAY_MINUTES, ends}:
        raise Refusal(f"{quoted(text)} says no hours: it ends where it begins.", _MEND)
    return WeeklyHours(days, starts, ends if ends > starts else ends + DAY_MINUTES)


def _minute(hour: str, minute: str, text: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) >= 60 or total > DAY_MINUTES:  # noqa: PLR2004
        raise Refusal(f"{quoted(text)} holds a time that no clock shows.", _MEND)
    return total


def _days(text: str) -> tuple[Day, ...]:
    """Return the days in the order of the week; none when a part is not known."""
    parts = [_part(part.strip()) for part in re.split(r"[/・、,]", text.strip())]
    known = {day for part in parts for day in part}
    return tuple(day for day in Day if day in known) if all(parts) else ()


def _part(text: str) -> tuple[Day, ...]:
    if text in _NAMED:
        return _NAMED[text]
    if reach := _RANGE.fullmatch(text):
        first, last = (_part(each) for each in reach.groups())
        if len(first) == len(last) == 1 and {*first, *last} <= {*WEEK}:
            return _from_to(first[0], last[0])
        return ()
    if text in set(Day):
        return (Day(text),)
    return tuple(_SIGNS[sign] for sign in text) if set(text) <= set(_SIGNS) else ()


def _from_to(first: Day, last: Day) -> tuple[Day, ...]:
    begin = WEEK.index(first)
    days = WEEK[begin:] + WEEK[:begin]
    return days[: days.index(last) + 1]


HOURS: Format[WeeklyHours | None] = Format(_parse, _EXAMPLE, None)
