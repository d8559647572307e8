"""Rates out of an agent's ever-growing counters: the difference of two samples of one server.

Time between samples is the server's own (its uptime), never ours: ours may run faster than the
server's.
"""

from dataclasses import dataclass, field
from datetime import datetime

SHORTEST = 100
"""Hundredths of a second between two samples below which a difference is noise."""
LONGEST = 360_000
"""Hundredths of a second after which a sample says nothing about the last five minutes any more."""
_SPAN = 2**32


@dataclass(frozen=True, slots=True)
class CpuSample:
    """Ticks of all cores since boot (Counter32): user, nice, system, idle, wait, interrupt, soft
    interrupt, steal.

    `uptime` is in hundredths of a second.
    """

    uptime: int
    ticks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrafficSample:
    """Octets of one interface since boot (Counter64); `uptime` is in hundredths of a second."""

    uptime: int
    received: int
    sent: int


@dataclass(frozen=True, slots=True)
class Counters:
    """The latest raw counters of one server; `traffic` is by interface name."""

    at: datetime
    cpu: CpuSample | None = None
    traffic: dict[str, TrafficSample] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CpuShares:
    """Percent of the time between two samples; `busy` is 100 - idle and includes `wait` and
    `steal`.
    """

    busy: float
    wait: float
    steal: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Average bits per second between two samples."""

    received: float
    sent: float


def comparable(before_uptime: int, uptime: int) -> bool:
    """Tell whether two samples belong to one run of the server and lie neither too close nor too
    far apart.
    """
    return SHORTEST <= uptime - before_uptime <= LONGEST


def too_close(before_uptime: int, uptime: int) -> bool:
    """Tell whether a new sample came so soon that the older one is the better one to keep."""
    return 0 <= uptime - before_uptime < SHORTEST


def cpu_shares(before: CpuSample, now: CpuSample) -> CpuShares | None:
    """Return the shares between two samples, or None when they cannot be compared."""
    if not comparable(before.uptime, now.uptime) or len(before.ticks) != len(now.ticks):
        return None
    grown = [_growth(old, new) for old, new in zip(before.ticks, now.ticks, strict=True)]
    total = sum(grown)
    if not total:
        return None
    idle, wait, steal = (100.0 * grown[index] / total for index in (3, 4, 7))
    return CpuShares(busy=100.0 - idle, wait=wait, steal=steal)


def traffic_rate(before: TrafficSample, now: TrafficSample) -> Rate | None:
    """Return the rates between two samples, or None when they cannot be compared (a counter went
    back).
    """
    if not comparable(before.uptime, now.uptime):
        return None
    if now.received < before.received or now.sent < before.sent:
        return None
    seconds = (now.uptime - before.uptime) / 100
    return Rate(
        received=(now.received - before.received) * 8 / seconds,
        sent=(now.sent - before.sent) * 8 / seconds,
    )


def _growth(old: int, new: int) -> int:
    """Difference of a 32-bit counter: it may wrap, and Linux lets idle and wait step back a
    little.
    """
    grown = (new - old) % _SPAN
    return grown if grown < _SPAN // 2 else 0
