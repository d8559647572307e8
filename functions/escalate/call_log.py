"""The log of calls: each that is over goes on the incident's record once, its number masked."""

from datetime import datetime
from functools import partial
from typing import Any

from toban.domain.call import RANG, Call, Callees, CallId, CallProgress, Outcome, masked
from toban.domain.contact_health import OURS, after_call
from toban.domain.contract import Contact
from toban.domain.identifier import customer_of
from toban.observability import measure
from toban.store import calls, contact_health, record, slots


def close(
    call_id: CallId, contact: Contact, progress: CallProgress, outcome: Outcome, at: datetime
) -> Outcome:
    """Note how the call ended and give its line back; return the outcome that stands. Raises
    KeyPressedError.
    """
    call = Call(
        contact=call_id.contact,
        attempt=call_id.attempt,
        name=contact.name,
        number=masked(contact.phone),
        dialled_at=progress.dialled_at,
        outcome=outcome,
        ring_seconds=_seconds(
            progress.dialled_at, progress.connected_at or progress.ended_at or at
        ),
        talk_seconds=_seconds(progress.connected_at, progress.ended_at or at),
    )
    return conclude(call_id, contact, calls.settle(call_id, call, progress.key), at)


def conclude(call_id: CallId, contact: Contact, stands: Call, at: datetime) -> Outcome:
    """Do what follows from the end of a call; done again, also after half of it, it changes
    nothing.
    """
    key = f"call#{call_id.callees}#{call_id.contact:02}#{call_id.attempt:02}"
    if record.append(call_id.incident_id, key, stands.dialled_at, "telephone call", stands):
        measure(CallsEnded=1, CallsFailed=int(stands.outcome not in RANG))
    _note(call_id, contact, stands)
    slots.release(str(call_id), at)
    return stands.outcome


def _note(call_id: CallId, contact: Contact, call: Call) -> None:
    """Keep for the operators how the contact's telephone was found."""
    theirs = call_id.callees is Callees.CONTACTS
    whose = customer_of(call_id.incident_id) if theirs else OURS
    if contact.mail:
        contact_health.change(whose, contact.mail, partial(after_call, call=call))


def _seconds(since: datetime | None, until: datetime) -> int:
    return 0 if since is None else max(0, round((until - since).total_seconds()))


def answer(outcome: Outcome, mend: str = "") -> dict[str, Any]:
    """Return what the machine goes by after a call that is over; `mend` is for the operators."""
    status = "congested" if outcome is Outcome.CONGESTED else "over"
    fault = {"Error": "TelephoneRefused", "Cause": mend} if mend else {}
    return {
        "status": "misconfigured" if mend else status,
        "outcome": outcome.value,
        "reason": "",
        "wait_seconds": 0,
        "fault": fault,
    }
