"""How long a call may go on (clause P-5), and when to look at it again; nothing here dials."""

import math
from datetime import datetime, timedelta
from enum import StrEnum

from toban.domain.call import CallProgress, Outcome, outcome_of
from toban.domain.policy import Policy

KEY_UNDER_WAY = timedelta(seconds=8)
"""Who presses a key and hangs up at once is gone before we are told of the key: so long may the
contact flow wait for our function (InvocationTimeLimitSeconds).
"""


class HangUpReason(StrEnum):
    """Why we end a call ourselves."""

    NO_ANSWER = "no_answer"
    TALKED_TOO_LONG = "talked_too_long"
    RECOVERED = "recovered"
    TAKEN_UP = "taken_up"


def limit(progress: CallProgress, policy: Policy) -> datetime:
    """Return when we hang up: about 10 rings after the network has set the call up, or the end of
    the time to talk.
    """
    if progress.connected_at is not None:
        return progress.connected_at + timedelta(seconds=policy.talk_seconds)
    return progress.dialled_at + timedelta(
        seconds=policy.answer_grace_seconds + policy.ring_seconds
    )


def reason_to_hang_up(
    progress: CallProgress, policy: Policy, at: datetime, needless: HangUpReason | None
) -> HangUpReason | None:
    """Return why the call is to be ended now, or None; what makes it `needless` never cuts a
    conversation.
    """
    if progress.is_ringing and needless:
        return needless
    if at < limit(progress, policy):
        return None
    return HangUpReason.NO_ANSWER if progress.is_ringing else HangUpReason.TALKED_TOO_LONG


def seconds_to_next_look(progress: CallProgress, policy: Policy, at: datetime) -> int:
    """Return how long to wait before the call is looked at again: whole seconds, at least 1."""
    left = (limit(progress, policy) - at).total_seconds()
    return max(1, min(policy.call_look_seconds, math.ceil(left)))


def final_outcome(
    progress: CallProgress,
    policy: Policy,
    at: datetime,
    hung_up: tuple[datetime, HangUpReason] | None,
) -> Outcome | None:
    """Return how the call ended, or None while it goes on.

    `hung_up` is when and why we ended it ourselves. A call that the network still reports some
    seconds later is over for us: the chain must not wait for it.
    """
    outcome = outcome_of(progress)
    if outcome is Outcome.ANSWERED_NO_KEY and _left_lately(progress, at):
        return None
    if hung_up is None or (outcome is not None and outcome is not Outcome.NO_ANSWER):
        return outcome
    hung_up_at, reason = hung_up
    waited = at - hung_up_at >= timedelta(seconds=policy.call_look_seconds)
    if outcome is None and not waited:
        return None
    if progress.connected_at is not None:
        return Outcome.ANSWERED_NO_KEY
    return _STOPPED.get(reason, Outcome.NO_ANSWER)


def _left_lately(progress: CallProgress, at: datetime) -> bool:
    if progress.ended_at is None or progress.reason != "CUSTOMER_DISCONNECT":
        return False
    return at < progress.ended_at + KEY_UNDER_WAY


_STOPPED = {
    HangUpReason.RECOVERED: Outcome.STOPPED_RECOVERED,
    HangUpReason.TAKEN_UP: Outcome.STOPPED_TAKEN_UP,
}
