"""Look at a call: Connect itself says whether it rings, is talked on or is over (clause P-5).

Nothing is concluded from events, which Connect sends at its best effort and in no order.
"""

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from escalate import call_log
from escalate.phone_chain import PhoneChain
from escalate.telephone import UNKNOWN_CONTACT, progress_of, telephone
from toban import clock
from toban.domain.call import CallProgress
from toban.domain.call_limits import (
    HangUpReason,
    final_outcome,
    reason_to_hang_up,
    seconds_to_next_look,
)
from toban.store import calls
from toban.store.calls import Attempt, KeyPressedError

_AT_ONCE = 1


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the chain's input with "call"; return {"status", "outcome", "reason", "wait_seconds"}.

    `status` is "up" (look again in `wait_seconds`), "hang_up" for `reason`, "over" or "congested";
    the latter two are on record.
    """
    chain, now = PhoneChain.of(event), clock.now()
    call_id, policy = chain.call_id(event["call"]), chain.incident.policy
    attempt = calls.attempt(call_id)
    if attempt.call is not None:
        contact = chain.contact(call_id.contact)
        return call_log.answer(call_log.conclude(call_id, contact, attempt.call, now))
    progress = _progress(attempt, now)
    outcome = final_outcome(progress, policy, now, attempt.hung_up)
    if outcome is not None:
        contact = chain.contact(call_id.contact)
        try:
            return call_log.answer(call_log.close(call_id, contact, progress, outcome, now))
        except KeyPressedError:
            return _going_on(None, _AT_ONCE)
    reason = reason_to_hang_up(progress, policy, now, chain.needless())
    return _going_on(
        reason if attempt.hung_up is None else None, seconds_to_next_look(progress, policy, now)
    )


def _progress(attempt: Attempt, now: datetime) -> CallProgress:
    own = telephone()
    try:
        answer = own.connect.describe_contact(InstanceId=own.instance, ContactId=attempt.contact_id)
    except ClientError as error:
        if error.response["Error"]["Code"] not in UNKNOWN_CONTACT:
            raise
        return progress_of(attempt, {}, now)
    return progress_of(attempt, answer["Contact"], now)


def _going_on(reason: HangUpReason | None, wait_seconds: int) -> dict[str, Any]:
    status = "hang_up" if reason else "up"
    return {
        "status": status,
        "outcome": "",
        "reason": reason or "",
        "wait_seconds": wait_seconds,
        "fault": {},
    }
