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
LONGEST_OF_A_POINT = 45_000
"""Hundredths of a second that a point of a graph may stand for: after a missing sample the next
difference would put the traffic of two points into one.
"""
FASTEST = 1e12
"""Bits per second that no interface reaches: a counter that seems to have grown more was set
back.
"""
_SPAN = 2**32
_HALF_SPAN = _SPAN // 2
_WIDE_SPAN = 2**64


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
    """The latest raw counters of one server; `traffic` is by interface name, `told` by OID."""

    at: datetime
    cpu: CpuSample | None = None
    traffic: dict[str, TrafficSample] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CpuShares:
    """Percent of the time between two samples; `busy` is 100 - idle and includes `wait` and
    `steal`.
    """

    busy: float
    wait: float
    steal: float


@dataclass(frozen=True, slots=True)
class CpuUsage:
    """Percent of the time between two samples, which add up to `busy` (100 - idle).

    `user` holds nice, `system` holds interrupts and soft interrupts.
    """

    user: float
    system: float
    iowait: float
    steal: float
    busy: float


@dataclass(frozen=True, slots=True)
class BitRate:
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
    grown = _growths(before.ticks, now.ticks)
    total = sum(grown)
    if not total:
        return None
    share = 100.0 / total
    return CpuShares(100.0 - grown[3] * share, grown[4] * share, grown[7] * share)


def cpu_usage(before: CpuSample, now: CpuSample) -> CpuUsage | None:
    """Return what the time between two samples was used for, or None as `cpu_shares` does."""
    shares = cpu_shares(before, now)
    if shares is None:
        return None
    grown = _growths(before.ticks, now.ticks)
    share = 100.0 / sum(grown)
    user, system = sum(grown[:2]) * share, (grown[2] + grown[5] + grown[6]) * share
    return CpuUsage(user, system, shares.wait, shares.steal, shares.busy)


def one_point(before_uptime: int, uptime: int) -> bool:
    """Tell whether the time between two samples is that of one point of a graph."""
    return SHORTEST <= uptime - before_uptime <= LONGEST_OF_A_POINT


def traffic_rate(before: TrafficSample, now: TrafficSample) -> BitRate | None:
    """Return the rates between two samples, or None when they cannot be compared: the server was
    restarted, the counters were set back, or more was counted than an interface can carry.
    """
    if not comparable(before.uptime, now.uptime):
        return None
    seconds = (now.uptime - before.uptime) / 100
    received, sent = (
        _wide_growth(old, new) * 8 / seconds
        for old, new in ((before.received, now.received), (before.sent, now.sent))
    )
    return BitRate(received, sent) if max(received, sent) <= FASTEST else None


def _wide_growth(old: int, new: int) -> int:
    """Difference of a 64-bit counter, which may wrap; one that was set back seems to have grown
    by more than can be.
    """
    return (new - old) % _WIDE_SPAN


def _growths(before: tuple[int, ...], now: tuple[int, ...]) -> list[int]:
    """Differences of 32-bit counters: they may wrap, and Linux lets idle and wait step back a
    little.
    """
    grown = [(new - old) % _SPAN for old, new in zip(before, now, strict=True)]
    return [each if each < _HALF_SPAN else 0 for each in grown]
