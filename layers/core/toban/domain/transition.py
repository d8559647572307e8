"""What a regular probe's observation means for a monitor (clauses N-4, N-5, N-7, N-8).

The transition is a noun here: mails, calls and records speak of the move from one condition to
another, never of "the current status".
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from toban.domain.observation import Observation, Status


class Condition(StrEnum):
    """Where a monitor stands. A monitor without a stored state is OK."""

    OK = "ok"
    CONFIRMING = "confirming"
    ALERTED = "alerted"
    UNKNOWN = "unknown"
    PAUSED = "paused"
    WITHHELD = "withheld"


class Move(StrEnum):
    """What the regular probe has to do about an observation."""

    NOTHING = "nothing"
    SUSPECT = "suspect"
    RESUME_CONFIRMING = "resume_confirming"
    ALERT = "alert"
    RECOVER = "recover"
    RELAPSE = "relapse"
    MARK_UNKNOWN = "mark_unknown"
    CLEAR = "clear"
    RESUME = "resume"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class MonitorState:
    """The stored condition of one monitor; written on change only.

    `first_failed_at` is the scheduled time of the check that failed first: the same for every
    delivery of the same schedule. `recovery_token` is the task token that waits for the first good
    check.
    """

    monitor_id: str
    condition: Condition
    since: datetime
    shard: str = ""
    first_failed_at: datetime | None = None
    incident_id: str = ""
    recovery_token: str = ""
    recovery: Observation | None = None
    reason: str = ""


def decide(state: MonitorState | None, observation: Observation, strikes_to_confirm: int) -> Move:
    """Return the move that follows from a stored state and a new observation."""
    condition = state.condition if state else Condition.OK
    if condition is Condition.ALERTED:
        return _while_alerted(state, observation.status)
    if condition in _WAITING:
        up, down = _WAITING[condition]
        return {Status.UP: up, Status.DOWN: down}.get(observation.status, Move.NOTHING)
    return _while_quiet(condition, observation.status, strikes_to_confirm)


_WAITING = {
    Condition.CONFIRMING: (Move.NOTHING, Move.RESUME_CONFIRMING),
    Condition.PAUSED: (Move.RESUME, Move.NOTHING),
    Condition.WITHHELD: (Move.CLEAR, Move.REVIEW),
}
"""What a good and a bad check mean while another process has the monitor in hand."""


def _while_quiet(condition: Condition, status: Status, strikes_to_confirm: int) -> Move:
    if status is Status.DOWN:
        return Move.ALERT if strikes_to_confirm <= 1 else Move.SUSPECT
    if status is Status.UNKNOWN:
        return Move.NOTHING if condition is Condition.UNKNOWN else Move.MARK_UNKNOWN
    return Move.CLEAR if condition is Condition.UNKNOWN else Move.NOTHING


def _while_alerted(state: MonitorState | None, status: Status) -> Move:
    if status is Status.UP:
        return Move.RECOVER
    relapsed = status is Status.DOWN and state is not None and state.recovery is not None
    return Move.RELAPSE if relapsed else Move.NOTHING


class Verdict(StrEnum):
    """What a recheck says of a suspected failure (N-4 steps 2 and 3)."""

    STILL_DOWN = "still_down"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"
    INCONCLUSIVE = "inconclusive"
    IN_MAINTENANCE = "in_maintenance"


def judge_recheck(strikes: int, status: Status, strikes_to_confirm: int) -> Verdict:
    """Judge a recheck after `strikes` failures in a row, the regular check being the first."""
    if status is Status.UP:
        return Verdict.CLEARED
    if status is Status.UNKNOWN:
        return Verdict.INCONCLUSIVE
    return Verdict.CONFIRMED if strikes + 1 >= strikes_to_confirm else Verdict.STILL_DOWN
