"""A failure that is being confirmed: the input and the output of every step of the confirm
machine.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from toban.domain.identifier import confirmation_name, server_of
from toban.domain.incident import Alert
from toban.domain.observation import Observation, Status
from toban.domain.policy import Profile
from toban.domain.transition import Verdict, judge_recheck


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One failure of one monitor. `first_failed_at` is the scheduled time of the check that failed
    first.

    `failed_at` is when that check's answer was certain, `observation` the latest probe.
    """

    monitor_id: str
    shard: str
    first_failed_at: datetime
    failed_at: datetime
    profile: Profile
    strikes: int
    observation: Observation
    verdict: Verdict = Verdict.STILL_DOWN

    @property
    def name(self) -> str:
        """The name of the execution that confirms it, and the owner of its record."""
        return confirmation_name(self.monitor_id, self.first_failed_at)

    @property
    def server_id(self) -> str:
        """The server that may be failing."""
        return server_of(self.monitor_id)

    def after(self, observation: Observation) -> "Suspicion":
        """Return the suspicion with one more probe judged by the rule (N-4 steps 2 and 3)."""
        verdict = judge_recheck(self.strikes, observation.status, self.profile.strikes_to_confirm)
        strikes = self.strikes + 1 if observation.status is Status.DOWN else self.strikes
        return replace(self, strikes=strikes, observation=observation, verdict=verdict)

    def alert(self, priority: int) -> Alert:
        """Return the alert that the confirmed suspicion becomes."""
        return Alert(
            monitor_id=self.monitor_id,
            priority=priority,
            first_failed_at=self.failed_at,
            confirmed_at=self.observation.observed_at,
            observation=self.observation,
        )
