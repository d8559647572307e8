"""When nobody may be telephoned: the gaps that the hours of the contacts leave in a week and around
holidays. Clauses P-3 and P-4 call at any hour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from toban.domain.contract import Contact, Server
from toban.domain.hours import DAY_MINUTES, WEEK, WORKDAYS, Day, Hours, clock_time, covered
from toban.domain.plan import Capability, may

AFTER_HOLIDAY = "after_holiday"
"""A day after a public holiday, where that is otherwise than on other days."""


@dataclass(frozen=True, slots=True)
class Gap:
    """On each of these days nobody may be called from `starts` until before `ends`, in minutes from
    midnight. The days are values of Day, or AFTER_HOLIDAY alone.
    """

    days: tuple[str, ...]
    starts: int
    ends: int

    def __str__(self) -> str:
        """Return the form of the hearing sheet, e.g. "sat/sun 00:00-24:00"."""
        return f"{'/'.join(self.days)} {clock_time(self.starts)}-{clock_time(self.ends)}"


def gaps(contacts: Sequence[Contact], servers: Sequence[Server]) -> tuple[Gap, ...]:
    """Return the gaps, the earliest of a day first; none where no server's plan has a telephone.

    What lies around a holiday is a gap when it is one after any day that may come before it.
    """
    if not any(may(server.plan, Capability.CALL) for server in servers):
        return ()
    hours = [contact.hours for contact in contacts if contact.phone]
    by_day = {day: tuple(_merged(_uncovered(hours, day))) for day in Day}
    after = tuple(_merged(_after_holiday(hours)))
    return (*_grouped(by_day), *(Gap((AFTER_HOLIDAY,), *each) for each in after))


def _before(day: Day) -> tuple[Day, ...]:
    """Return the kinds of day that an ordinary day, or a holiday, may follow on."""
    if day is Day.HOLIDAY:
        return (Day.SUN, *WORKDAYS[:-1], Day.HOLIDAY)
    return (WEEK[WEEK.index(day) - 1],)


def _uncovered(hours: Sequence[Hours], day: Day) -> Iterator[tuple[int, int]]:
    for starts, ends in _pieces(hours):
        if not all(_somebody(hours, day, yesterday, starts) for yesterday in _before(day)):
            yield starts, ends


def _after_holiday(hours: Sequence[Hours]) -> Iterator[tuple[int, int]]:
    following = (*WORKDAYS[1:], Day.SAT)
    for starts, ends in _pieces(hours):
        if any(
            not _somebody(hours, day, Day.HOLIDAY, starts)
            and _somebody(hours, day, _before(day)[0], starts)
            for day in following
        ):
            yield starts, ends


def _somebody(hours: Sequence[Hours], day: Day, yesterday: Day, minute: int) -> bool:
    return any(covered(each, day, yesterday, minute) for each in hours)


def _pieces(hours: Sequence[Hours]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a day within which nothing changes."""
    stretches = [stretch for each in hours for stretch in each]
    edges = {edge % DAY_MINUTES for each in stretches for edge in (each.starts, each.ends)}
    return pairwise([*sorted({0, *edges}), DAY_MINUTES])


def _merged(pieces: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for starts, ends in pieces:
        if current and current[1] == starts:
            current = (current[0], ends)
            continue
        if current:
            yield current
        current = (starts, ends)
    if current:
        yield current


def _grouped(by_day: dict[Day, tuple[tuple[int, int], ...]]) -> Iterator[Gap]:
    """Yield each stretch once, with all of the days that have it."""
    for stretch in sorted({each for found in by_day.values() for each in found}):
        yield Gap(tuple(day for day, found in by_day.items() if stretch in found), *stretch)
