"""How long a monitor and a server were well in a stretch of time (N-9).

The accounting rule. Every second counts once, as the first of these that holds: announced
maintenance; paused, because nobody was reached; unknown, because we could not see; down, confirmed,
from the first failing check to the first good one; up. Availability is up / (up + down). A server
is down while at least one of its services is; a resource over its threshold is no outage.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise


class Lot(StrEnum):
    """What a second is counted as, in the order in which it is decided."""

    MAINTENANCE = "maintenance"
    PAUSED = "paused"
    UNKNOWN = "unknown"
    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, aware UTC; without `end` it goes on."""

    start: datetime
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether the moment lies in it; its end does not."""
        return self.start <= at and (self.end is None or at < self.end)


Lots = Mapping[Lot, Sequence[Stretch]]


@dataclass(frozen=True, slots=True)
class Account:
    """Seconds of each lot; together they are the whole stretch of time."""

    seconds: Mapping[Lot, int] = field(default_factory=dict)

    def of(self, lot: Lot) -> int:
        """Return the seconds of one lot."""
        return self.seconds.get(lot, 0)

    @property
    def availability(self) -> float | None:
        """The share of time that was up, in percent; None when nothing could be judged."""
        judged = self.of(Lot.UP) + self.of(Lot.DOWN)
        return 100 * self.of(Lot.UP) / judged if judged else None


def account(lots: Lots, start: datetime, end: datetime) -> Account:
    """Return the account of one monitor from `start` to `end`."""
    return _summed((lot_at(lots, at), at, to) for at, to in _cuts([lots], start, end))


def account_of_server(services: Sequence[Lots], start: datetime, end: datetime) -> Account:
    """Return the account of a server out of those of its services' monitors; without services it is
    empty.
    """
    if not services:
        return Account()
    return _summed((_lot_of_all(services, at), at, to) for at, to in _cuts(services, start, end))


def lot_at(lots: Lots, at: datetime) -> Lot:
    """Return what the second is counted as."""
    return next((lot for lot in Lot if any(s.holds(at) for s in lots.get(lot, ()))), Lot.UP)


def _lot_of_all(services: Sequence[Lots], at: datetime) -> Lot:
    """One that is down decides; then one that is up; else why none could be judged."""
    found = {lot_at(each, at) for each in services}
    order: tuple[Lot, ...] = (Lot.DOWN, Lot.UP, Lot.MAINTENANCE, Lot.PAUSED, Lot.UNKNOWN)
    return next(lot for lot in order if lot in found)


def _cuts(
    monitors: Iterable[Lots], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts within which nothing changes."""
    stretches = [each for lots in monitors for lot in lots.values() for each in lot]
    moments = {at for each in stretches for at in (each.start, each.end) if at is not None}
    inside = sorted(at for at in moments if start < at < end)
    return pairwise([start, *inside, end])


def _summed(parts: Iterable[tuple[Lot, datetime, datetime]]) -> Account:
    """Sum up in microseconds, so that rounding happens once for a lot."""
    total = dict.fromkeys(Lot, 0.0)
    for lot, start, end in parts:
        total[lot] += (end - start).total_seconds()
    return Account({lot: round(seconds) for lot, seconds in total.items()})
