"""Watch the watcher: find the shards whose rounds are late, missing or blind, and tell the
operators.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from probe.lapse_news import tell_begun, tell_over
from probe.outside_watch import all_is_well
from toban import clock
from toban.domain.lapse import Fault, Lapse, Pulse, begun, fault_of, is_over
from toban.domain.shards import shard_groups
from toban.observability import measure
from toban.store import contracts, lapses, shards
from toban.store.documents import from_document


@dataclass(frozen=True, slots=True)
class _Seen:
    pulse: Pulse
    fault: Fault | None


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"scheduled_at"} of the schedule; return {"watched", "lapses"}: how many shards there
    are, and how many are not as they should be. Called twice it tells nothing twice.
    """
    at, seen = from_document(event["scheduled_at"], datetime), _seen(clock.now())
    for lapse in lapses.known().values():
        _follow(lapse, seen, at)
    tell_over(lapses.known())
    _begin(seen, lapses.known(), at)
    known = lapses.known()
    tell_begun(known)
    _measure(seen, known)
    if not known:
        all_is_well()
    return {"watched": len(seen), "lapses": len(known)}


def _seen(now: datetime) -> dict[str, _Seen]:
    """Return what there is to see of every shard that has checks; in a stop there is none."""
    return {
        shard: _Seen(pulse, fault_of(pulse, interval, now))
        for interval, group in _groups()
        for shard, pulse in shards.pulses(group).items()
    }


def _measure(seen: Mapping[str, _Seen], known: Mapping[str, Lapse]) -> None:
    pulses = [each.pulse for each in seen.values()]
    measure(
        ShardsWatched=len(pulses),
        ShardsLate=len(known),
        MonitorsWatched=sum(each.observed for each in pulses),
        MonitorsDown=sum(each.down for each in pulses),
        MonitorsUnknown=sum(each.unknown for each in pulses),
    )


def _groups() -> Iterator[tuple[timedelta, str]]:
    policy = contracts.policy()
    for profile in (policy.port_process, policy.resource):
        for group in shard_groups(profile):
            yield timedelta(seconds=profile.interval_seconds), group


def _follow(lapse: Lapse, seen: Mapping[str, _Seen], at: datetime) -> None:
    """Note that a lapse is over, or drop it for another that has taken its place."""
    now = seen.get(lapse.shard)
    pulse, fault = (now.pulse, now.fault) if now else (None, None)
    if lapse.settled_at is not None:
        return  # over, and not told yet
    if is_over(lapse, pulse, fault):
        ended_at = pulse.last_at if pulse and pulse.last_at else at
        lapses.update(replace(lapse, ended_at=ended_at, settled_at=at))
    elif fault not in (None, lapse.fault):
        lapses.end(lapse)


def _begin(seen: Mapping[str, _Seen], known: Mapping[str, Lapse], at: datetime) -> None:
    for shard, each in seen.items():
        if each.fault is None or shard in known:
            continue
        lapse = begun(shard, each.fault, each.pulse, at)
        if each.fault is not Fault.BLIND:  # a blind round tells and records by itself
            monitor_ids = tuple(check.monitor_id for check in shards.checks(shard))
            lapse = replace(lapse, monitor_ids=monitor_ids)
        lapses.begin(lapse)
