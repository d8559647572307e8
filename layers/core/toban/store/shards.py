"""The compiled checks of each shard, and its heartbeat: all that a healthy cycle reads and
writes.
"""

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
from pynamodb.exceptions import DoesNotExist

from toban import clock
from toban.domain.check import Check
from toban.domain.lapse import Pulse
from toban.store.tables import ChecksItem, HeartbeatItem, ShardListItem

_CHECKS = msgspec.json.Decoder(tuple[Check, ...])
_SHARDS_KEPT = 8
_CHECKS_OF, _HEARTBEAT = "checks#", "heartbeat#"
_HEARTBEAT_KEPT = timedelta(days=7)
"""So long the last heartbeat of a shard that is no more is kept, with the counters of servers."""
_OF_PULSES = ["item", "scheduled_at", "blind", "observed", "down", "unknown"]
"""What a sweep wants to know of a heartbeat: not the counters, which are nearly all of it."""


def group_of(shard: str) -> str:
    """Return the schedule's phase that runs the shard: every-3-min.phase-1 of
    every-3-min.phase-1.shard-000.
    """
    return shard.rpartition(".")[0]


def save(checks_by_shard: Mapping[str, Sequence[Check]]) -> None:
    """Store the checks of every shard; groups named here have these shards and no others."""
    at, groups = clock.now(), dict[str, list[str]]()
    for shard, checks in checks_by_shard.items():
        groups.setdefault(group_of(shard), []).append(shard)
        _keep(shard, checks)
    for group, names in groups.items():
        item_of_group = ShardListItem(group, "shards", names=sorted(names))
        item_of_group.watched = sorted(each for each in names if checks_by_shard[each])
        item_of_group.compiled_at = at
        item_of_group.save()
        _empty(group, but=names)


def _keep(shard: str, checks: Sequence[Check]) -> None:
    item = ChecksItem(group_of(shard), f"{_CHECKS_OF}{shard}", checks=packed(checks))
    item.monitors = len(checks)
    item.save()


def _empty(group: str, but: Collection[str]) -> None:
    """Take the questions out of shards that are no more; a round that has begun still reads it."""
    begins = ChecksItem.item.startswith(_CHECKS_OF)
    stored = ChecksItem.query(group, begins, attributes_to_get=["item"])
    for shard in [each.item.removeprefix(_CHECKS_OF) for each in stored]:
        if shard not in but:
            _keep(shard, ())


def names(group: str) -> list[str]:
    """Return the shards of a schedule's phase; a phase that watches nothing has none."""
    try:
        return list(ShardListItem.get(group, "shards").names)
    except DoesNotExist:
        return []


def checks(shard: str) -> tuple[Check, ...]:
    """Return the checks of the shard; raises pynamodb's DoesNotExist."""
    return unpacked(ChecksItem.get(group_of(shard), f"{_CHECKS_OF}{shard}").checks)


def packed(checks: Sequence[Check]) -> bytes:
    """Return checks as they are stored."""
    return zlib.compress(msgspec.json.encode(list(checks)))


@lru_cache(maxsize=_SHARDS_KEPT)
def unpacked(stored: bytes) -> tuple[Check, ...]:
    """Return stored checks; a process that probes a shard again finds the same octets."""
    return _CHECKS.decode(zlib.decompress(stored))


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What one cycle of a shard saw; `counters` are the raw counters of its agents by server."""

    scheduled_at: datetime
    finished_at: datetime
    observed: int
    down: int
    unknown: int
    blind: bool


def beat(shard: str, heartbeat: Heartbeat, counters: object | None) -> None:
    """Write the heartbeat of a cycle; `counters` is any value msgspec can encode, or None."""
    item = HeartbeatItem(group_of(shard), f"{_HEARTBEAT}{shard}")
    for name in Heartbeat.__slots__:
        setattr(item, name, getattr(heartbeat, name))
    item.counters = zlib.compress(msgspec.json.encode(counters)) if counters else None
    item.kept_until = heartbeat.finished_at + _HEARTBEAT_KEPT
    item.save()


def _last(shard: str) -> HeartbeatItem | None:
    try:
        return HeartbeatItem.get(group_of(shard), f"{_HEARTBEAT}{shard}")
    except DoesNotExist:
        return None


def last_counters(shard: str) -> bytes | None:
    """Return the JSON of the counters of the cycle before, or None."""
    item = _last(shard)
    return zlib.decompress(item.counters) if item and item.counters else None


def was_blind(shard: str) -> bool:
    """Tell whether the cycle before could not see."""
    item = _last(shard)
    return bool(item and item.blind)


def pulses(group: str) -> dict[str, Pulse]:
    """Return what is known of each shard of the group that has checks."""
    try:
        listed = ShardListItem.get(group, "shards", consistent_read=True)
    except DoesNotExist:
        return {}
    watched = listed.names if listed.watched is None else listed.watched
    found = dict.fromkeys(watched, Pulse(None, False, listed.compiled_at))
    beats = HeartbeatItem.item.startswith(_HEARTBEAT)
    for each in HeartbeatItem.query(group, beats, attributes_to_get=_OF_PULSES):
        shard = each.item.removeprefix(_HEARTBEAT)
        if shard in found:
            counts = (int(each.observed), int(each.down), int(each.unknown))
            found[shard] = Pulse(each.scheduled_at, bool(each.blind), listed.compiled_at, *counts)
    return found
