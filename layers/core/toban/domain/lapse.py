"""Whether a shard's rounds come as they should; a lapse is an operator's matter, never a
customer's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_LONGEST_ROUND = timedelta(seconds=60)
"""A round may take so long before it beats (Timeout of RunChecksFunction)."""


class Fault(StrEnum):
    """What is wrong with a shard's rounds.

    LATE: none has ended for two intervals. MISSING: none has ever ended. BLIND: they end, but could
    not see.
    """

    LATE = "late"
    MISSING = "missing"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of a shard: the time for which its last round was scheduled, whether that was
    blind, when its list of shards was compiled (None: before that was noted), and how many of
    its monitors were down and unknown then.
    """

    last_at: datetime | None
    blind: bool
    compiled_at: datetime | None
    observed: int = 0
    down: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Lapse:
    """A stretch in which a shard's rounds were not as they should be, from `since` on.

    `noted_at` is the scheduled time of the sweep that found it, `settled_at` of the one that found
    it over, `ended_at` the time of the round that ended it. `told` says whether its begin has been
    told, which of a blind round is done by the round itself. `monitor_ids` are those that nobody
    could judge meanwhile.
    """

    shard: str
    fault: Fault
    since: datetime
    noted_at: datetime
    monitor_ids: tuple[str, ...] = ()
    told: bool = False
    ended_at: datetime | None = None
    settled_at: datetime | None = None


def fault_of(pulse: Pulse, interval: timedelta, now: datetime) -> Fault | None:
    """Return what is wrong; what was compiled a moment ago is given the time of two rounds."""
    known = [at for at in (pulse.last_at, pulse.compiled_at) if at is not None]
    if not known or now - max(known) > 2 * interval + _LONGEST_ROUND:
        return Fault.MISSING if pulse.last_at is None else Fault.LATE
    return Fault.BLIND if pulse.blind else None


def begun(shard: str, fault: Fault, pulse: Pulse, noted_at: datetime) -> Lapse:
    """Return the lapse of a shard, from the last moment at which all was known to be well."""
    known = [at for at in (pulse.last_at, pulse.compiled_at) if at is not None]
    return Lapse(shard, fault, max(known, default=noted_at), noted_at, told=fault is Fault.BLIND)


def is_over(lapse: Lapse, pulse: Pulse | None, fault: Fault | None) -> bool:
    """Tell whether the lapse is over: a good round has come since, or nothing is left to watch
    (no pulse). That the shards were compiled anew ends nothing.
    """
    if pulse is None:
        return True
    return fault is None and pulse.last_at is not None and pulse.last_at > lapse.since
