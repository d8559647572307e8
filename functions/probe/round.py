"""One round of one shard: observe everything, act on what changed, beat once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from probe.follow_up import FollowUp
from probe.shard import observe_all
from probe.vantage import references_answer
from toban import clock
from toban.domain.check import Check, Kind
from toban.domain.counters import Counters
from toban.domain.observation import Observation, Reason, Status
from toban.domain.transition import Move, decide
from toban.domain.vantage import judge
from toban.secrets import secret
from toban.settings import listed
from toban.store import contracts, shards, states
from toban.store.shards import Heartbeat

_COUNTERS = msgspec.json.Decoder(dict[str, Counters])


def run_round(shard: str, scheduled_at: datetime) -> dict[str, Any]:
    """Probe the shard's monitors and follow up; return what the round saw, for the console."""
    checks = shards.checks(shard)
    result = observe_all(checks, _counters_before(shard, checks), secret, clock.now)
    seen = judge(result.observations, lambda: references_answer(listed("REFERENCE_TARGETS")))
    follow_up = FollowUp(shard, scheduled_at, contracts.policy())
    _act(follow_up, checks, seen)
    tally = Counter(each.status for each in seen)
    blind = any(each.reason is Reason.BLIND for each in seen)
    if blind:
        follow_up.tell_blind()
    shards.beat(shard, _heartbeat(scheduled_at, tally, blind=blind), result.counters)
    return {"shard": shard, "observed": len(seen), **{str(name): n for name, n in tally.items()}}


def _counters_before(shard: str, checks: Sequence[Check]) -> dict[str, Counters]:
    if not any(check.kind is Kind.RESOURCE for check in checks):
        return {}
    packed = shards.last_counters(shard)
    return _COUNTERS.decode(packed) if packed else {}


def _act(follow_up: FollowUp, checks: Sequence[Check], seen: Sequence[Observation]) -> None:
    unwell = states.unwell(follow_up.shard)
    for check, observation in zip(checks, seen, strict=True):
        profile = follow_up.policy.profile(check.kind)
        state = unwell.get(check.monitor_id)
        move = decide(state, observation, profile.strikes_to_confirm)
        if move is not Move.NOTHING:
            follow_up.do(move, observation, state, profile)
    follow_up.finish()


def _heartbeat(scheduled_at: datetime, tally: Counter[Status], *, blind: bool) -> Heartbeat:
    return Heartbeat(
        scheduled_at=scheduled_at,
        finished_at=clock.now(),
        observed=tally.total(),
        down=tally[Status.DOWN],
        unknown=tally[Status.UNKNOWN],
        blind=blind,
    )
