"""One round of one shard: observe everything, act on what changed, beat once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from probe.agent_secrets import secret_names
from probe.shard import observe_all
from probe.vantage import references_answer
from toban import clock
from toban.domain.check import Check, Kind
from toban.domain.counters import Counters
from toban.domain.observation import Observation, Reason, Status
from toban.domain.policy import Policy, Profile
from toban.domain.transition import MonitorState, Move, decide
from toban.domain.vantage import judge
from toban.secrets import read_ahead, secret
from toban.settings import listed
from toban.store import contracts, shards, states
from toban.store.shards import Heartbeat

if TYPE_CHECKING:
    from probe.probers.sampler import Samplers

Transition = tuple[Move, Observation, MonitorState | None, Profile]

_COUNTED = frozenset({Kind.RESOURCE, Kind.OID})
"""Kinds that may be held against what the round before was told."""
_COUNTERS = msgspec.json.Decoder(dict[str, Counters])


def run_round(shard: str, scheduled_at: datetime) -> dict[str, Any]:
    """Probe the shard's monitors and follow up; return what the round saw, for the console."""
    checks = shards.checks(shard)
    before = _counters_before(shard, checks)
    samplers = _samplers(checks, before)
    read_ahead(secret_names(checks))
    result = observe_all(checks, before, secret, clock.now, samplers=samplers)
    seen = judge(result.observations, lambda: references_answer(listed("REFERENCE_TARGETS")))
    policy = contracts.policy()
    moves = list(moves_of(policy, states.unwell(shard), checks, seen))
    tally = Counter(each.status for each in seen)
    blind = any(each.reason is Reason.BLIND for each in seen)
    if moves or blind:
        _follow_up(shard, scheduled_at, policy, moves, blind=blind)
    shards.beat(shard, _heartbeat(scheduled_at, tally, blind=blind), result.counters)
    _keep_samples(samplers, scheduled_at)
    return {"shard": shard, "observed": len(seen), **{str(name): n for name, n in tally.items()}}


def _counters_before(shard: str, checks: Sequence[Check]) -> dict[str, Counters]:
    if not any(check.kind in _COUNTED for check in checks):
        return {}
    packed = shards.last_counters(shard)
    return _COUNTERS.decode(packed) if packed else {}


def _samplers(checks: Sequence[Check], before: Mapping[str, Counters]) -> "Samplers":
    if not any(check.kind is Kind.RESOURCE for check in checks):
        return {}
    from probe.probers.sampler import samplers_of

    return samplers_of(checks, before)


def _keep_samples(samplers: "Samplers", scheduled_at: datetime) -> None:
    """Store what was sampled, at the time for which the round was scheduled: a repeated round
    falls into the same slot.
    """
    taken = {server: each.sample for (server, _), each in samplers.items() if each.sample}
    if taken:
        from toban.store import samples  # most rounds take none

        for server_id, sample in taken.items():
            samples.keep(server_id, scheduled_at, sample)


def moves_of(
    policy: Policy,
    unwell: Mapping[str, MonitorState],
    checks: Sequence[Check],
    seen: Sequence[Observation],
) -> Iterator[Transition]:
    """Yield what has to be done; `unwell` holds the stored states, of which the well have none."""
    for check, observation in zip(checks, seen, strict=True):
        state = unwell.get(check.monitor_id)
        if state is None and observation.reason is Reason.OK:
            continue  # nearly all are well and were: not worth a decision
        profile = policy.profile(check)
        move = decide(state, observation, profile.strikes_to_confirm)
        if move is not Move.NOTHING:
            yield move, observation, state, profile


def _follow_up(
    shard: str, scheduled_at: datetime, policy: Policy, moves: Sequence[Transition], *, blind: bool
) -> None:
    from probe.follow_up import FollowUp  # a healthy round starts a fifth faster without it

    follow_up = FollowUp(shard, scheduled_at, policy)
    for move in moves:
        follow_up.do(*move)
    follow_up.finish()
    if blind:
        follow_up.tell_blind()


def _heartbeat(scheduled_at: datetime, tally: Counter[Status], *, blind: bool) -> Heartbeat:
    return Heartbeat(
        scheduled_at=scheduled_at,
        finished_at=clock.now(),
        observed=tally.total(),
        down=tally[Status.DOWN],
        unknown=tally[Status.UNKNOWN],
        blind=blind,
    )
