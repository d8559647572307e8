"""What a round does about the monitors whose observation changed something."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from toban.domain.observation import Observation
from toban.domain.policy import Policy, Profile
from toban.domain.suspicion import Suspicion
from toban.domain.transition import MonitorState, Move
from toban.executions import complete, invoke_later, start
from toban.observability import logger
from toban.settings import required
from toban.store import record, shards, states

_STALE = timedelta(minutes=10)
"""A confirmation takes two to three minutes; one that still stands after ten was lost on our
side.
"""


@dataclass
class FollowUp:
    """The follow-up of one round. Each move is claimed first, so a round delivered twice acts
    once.
    """

    shard: str
    scheduled_at: datetime
    policy: Policy
    over_threshold: dict[str, list[Suspicion]] = field(default_factory=dict)

    def do(
        self, move: Move, seen: Observation, state: MonitorState | None, profile: Profile
    ) -> None:
        """Carry out a move; a fault with one monitor never keeps the round from the others."""
        try:
            self._do(move, seen, state, profile)
        except Exception:
            logger.exception("move failed", extra={"monitor": seen.monitor_id, "move": move})

    def _do(
        self, move: Move, seen: Observation, state: MonitorState | None, profile: Profile
    ) -> None:
        match move:
            case Move.SUSPECT:
                self._suspect(self._suspicion(seen, profile))
            case Move.ALERT:
                suspicion = self._suspicion(seen, profile)
                self.over_threshold.setdefault(suspicion.server_id, []).append(suspicion)
            case Move.MARK_UNKNOWN:
                states.mark_unknown(seen.monitor_id, self.shard, seen.observed_at, seen.reason)
            case Move.CLEAR:
                states.clear(seen.monitor_id, seen.observed_at)
            case _ if state is not None:
                self._do_with(move, seen, state, profile)

    def _do_with(
        self, move: Move, seen: Observation, state: MonitorState, profile: Profile
    ) -> None:
        match move:
            case Move.RESUME_CONFIRMING:
                self._resume(seen, state, profile)
            case Move.RECOVER:
                self._recover(seen, state)
            case Move.RELAPSE:
                states.relapse(state)

    def _suspicion(
        self, seen: Observation, profile: Profile, first_failed_at: datetime | None = None
    ) -> Suspicion:
        return Suspicion(
            monitor_id=seen.monitor_id,
            shard=self.shard,
            first_failed_at=first_failed_at or self.scheduled_at,
            failed_at=seen.observed_at,
            profile=profile,
            strikes=1,
            observation=seen,
        )

    def _suspect(self, suspicion: Suspicion) -> None:
        seen = suspicion.observation
        first = suspicion.first_failed_at
        if not states.suspect(suspicion.monitor_id, self.shard, first, seen.reason):
            return
        record.append(suspicion.name, "strike#1", seen.observed_at, "first strike", seen)
        start(required("CONFIRM_MACHINE"), suspicion.name, suspicion)

    def _resume(self, seen: Observation, state: MonitorState, profile: Profile) -> None:
        """Start a confirmation whose start was lost, and give up one that has come to no end."""
        first = state.first_failed_at or self.scheduled_at
        if self.scheduled_at - first < _STALE:
            suspicion = self._suspicion(seen, profile, first)
            start(required("CONFIRM_MACHINE"), suspicion.name, suspicion)
        elif states.clear(seen.monitor_id, seen.observed_at, first):
            self._suspect(self._suspicion(seen, profile))

    def _recover(self, seen: Observation, state: MonitorState) -> None:
        token, recovery = states.recover(state, seen)
        if token:
            complete(token, {"observation": recovery})

    def finish(self) -> None:
        """Hand over the resources over their threshold: one incident per server, at once (N-5)."""
        for suspicions in self.over_threshold.values():
            invoke_later(required("OPEN_INCIDENT_FUNCTION"), {"suspicions": suspicions})

    def tell_blind(self) -> None:
        """Tell the operator, once per episode, that this shard's prober cannot see."""
        if not shards.was_blind(self.shard):
            notice = {"blind": {"shard": self.shard, "scheduled_at": self.scheduled_at}}
            invoke_later(required("TELL_OPERATOR_FUNCTION"), notice)
