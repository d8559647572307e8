"""Days as people write them in Japan and elsewhere."""

import re
from datetime import date

from toban.catalogue.format import Format, half_width
from toban.catalogue.mistake import Refusal, quoted

_WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def _day(text: str) -> date | None:
    found = _WRITTEN.fullmatch(half_width(text))
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _parse(text: str) -> date | None:
    day = _day(text)
    if day is None:
        mend = "Write year, month and day, for example 2026-12-01."
        raise Refusal(f"{quoted(text)} is not a day of the calendar.", mend)
    return day


DAY: Format[date | None] = Format(_parse, "2026-12-01", None)
