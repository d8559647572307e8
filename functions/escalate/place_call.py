"""Dial a contact; however often this step runs, the telephone rings once."""

import re
import secrets
from typing import Any

from botocore.exceptions import ClientError

from escalate import call_log
from escalate.announcement import announcement
from escalate.phone_chain import PhoneChain
from escalate.telephone import DialRefusal, refusal_of, telephone
from toban import clock
from toban.domain.call import CallId, CallProgress, Outcome
from toban.domain.call_limits import seconds_to_next_look
from toban.observability import measure
from toban.store import calls
from toban.store.calls import Attempt

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the chain's input with "call" of NextCall and "flow", the contact flow.

    Return {"status", "outcome", "wait_seconds", "fault"}: "up" when the call has been dialled, else
    "over", "congested" or "misconfigured", with the outcome on record and, in `fault`, what the
    operators must mend.
    """
    chain, now = PhoneChain.of(event), clock.now()
    call_id = chain.call_id(event["call"])
    attempt = calls.plan(call_id, secrets.token_urlsafe(24))
    if attempt.call is not None:
        contact = chain.contact(call_id.contact)
        return call_log.answer(call_log.conclude(call_id, contact, attempt.call, now))
    dialled = attempt if attempt.contact_id else _dial(chain, call_id, attempt, event["flow"])
    if isinstance(dialled, DialRefusal):
        progress, contact = CallProgress(now, ended_at=now), chain.contact(call_id.contact)
        stands = call_log.close(call_id, contact, progress, dialled.outcome, now)
        return call_log.answer(stands, dialled.mend)
    wait = seconds_to_next_look(CallProgress(dialled.dialled_at or now), chain.incident.policy, now)
    return {"status": "up", "outcome": "", "wait_seconds": wait, "fault": {}}


def _dial(chain: PhoneChain, call_id: CallId, attempt: Attempt, flow: str) -> Attempt | DialRefusal:
    """Connect gives the same contact for the same ClientToken for 7 days: dialled twice, rings
    once.
    """
    number = chain.contact(call_id.contact).phone
    if not E164.fullmatch(number):
        return DialRefusal(Outcome.INVALID_NUMBER)
    own = telephone()
    spoken = announcement(chain) | {"call": str(call_id), "nonce": attempt.nonce}
    try:
        started = own.connect.start_outbound_voice_contact(
            **own.request(flow, number, chain.incident.policy),
            ClientToken=str(call_id),
            Attributes=spoken,
        )
    except ClientError as error:
        if refusal := refusal_of(error):
            return refusal
        measure(CallsFailed=1)
        raise
    return calls.dialled(call_id, started["ContactId"], clock.now())
