"""What a round does about the monitors whose observation changed something."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from probe.announced import AnnouncedMaintenance
from toban.domain.identifier import confirmation_name
from toban.domain.observation import Observation, Status
from toban.domain.policy import Policy, Profile
from toban.domain.suspicion import Suspicion
from toban.domain.transition import Condition, MonitorState, Move, decide
from toban.executions import complete, invoke_later, start
from toban.observability import logger
from toban.settings import required
from toban.store import incidents, record, shards, sight, states

_STALE = timedelta(minutes=10)
"""A confirmation takes two to three minutes; one that still stands after ten was lost on our
side.
"""


_FAILURES = frozenset({Move.SUSPECT, Move.ALERT, Move.RESUME_CONFIRMING})
"""Moves that nothing may follow from in maintenance; a recovery is never held back (C-5)."""


@dataclass
class FollowUp:
    """The follow-up of one round. Each move is claimed first, so a round delivered twice acts
    once.
    """

    shard: str
    scheduled_at: datetime
    policy: Policy
    over_threshold: dict[str, list[Suspicion]] = field(default_factory=dict)
    maintenance: AnnouncedMaintenance = field(default_factory=AnnouncedMaintenance)

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
        if move in _FAILURES and self.maintenance.withholds(seen):
            return
        if state and state.condition is Condition.UNKNOWN and seen.status is not Status.UNKNOWN:
            sight.regain(seen.monitor_id, seen.observed_at)
        match move:
            case Move.SUSPECT:
                self._suspect(self._suspicion(seen, profile))
            case Move.ALERT:
                suspicion = self._suspicion(seen, profile)
                self.over_threshold.setdefault(suspicion.server_id, []).append(suspicion)
            case Move.MARK_UNKNOWN:
                self._lose_sight(seen)
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
            case Move.RESUME:
                self._resume_paused(seen, state)
            case Move.REVIEW:
                self._review(seen, state, profile)

    def _lose_sight(self, seen: Observation) -> None:
        monitor_id, at = seen.monitor_id, seen.observed_at
        if states.mark_unknown(monitor_id, self.shard, at, seen.reason):
            sight.lose(monitor_id, at, seen.reason)

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

    def _resume_paused(self, seen: Observation, state: MonitorState) -> None:
        """P-7: the service is back; the execution's name makes one resumption of one pause."""
        name = confirmation_name(seen.monitor_id, state.since)
        ids = {"monitor_id": seen.monitor_id, "incident_id": state.incident_id}
        start(required("RESUME_MACHINE"), name, {**ids, "observation": seen})

    def _review(self, seen: Observation, state: MonitorState, profile: Profile) -> None:
        """A failure that was left to its parent's alert counts again once that alert is over."""
        if incidents.is_open(state.incident_id):
            return
        move = decide(None, seen, profile.strikes_to_confirm)
        self._do(move, seen, None, profile)

    def finish(self) -> None:
        """Hand over the resources over their threshold: one incident per server, at once (N-5)."""
        for suspicions in self.over_threshold.values():
            invoke_later(required("OPEN_INCIDENT_FUNCTION"), {"suspicions": suspicions})

    def tell_blind(self) -> None:
        """Tell the operator, once per episode, that this shard's prober cannot see."""
        if not shards.was_blind(self.shard):
            notice = {"blind": {"shard": self.shard, "scheduled_at": self.scheduled_at}}
            invoke_later(required("TELL_OPERATOR_FUNCTION"), notice)
