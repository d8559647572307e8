"""End a call ourselves: it has lasted long enough, or nobody has to be called any more (P-5)."""

from typing import Any

from botocore.exceptions import ClientError

from escalate.phone_chain import PhoneChain
from escalate.telephone import UNKNOWN_CONTACT, telephone
from toban import clock
from toban.domain.call_limits import HangUpReason
from toban.store import calls


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the chain's input with "call" and "reason"; a call that is over already is no error."""
    call_id = PhoneChain.of(event).call_id(event["call"])
    calls.hung_up(call_id, clock.now(), HangUpReason(event["reason"]))
    own, attempt = telephone(), calls.attempt(call_id)
    try:
        own.connect.stop_contact(InstanceId=own.instance, ContactId=attempt.contact_id)
    except ClientError as error:
        if error.response["Error"]["Code"] not in UNKNOWN_CONTACT:
            raise
    return {"hung_up": True}
