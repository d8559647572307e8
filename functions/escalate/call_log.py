"""The log of calls: each that is over goes on the incident's record once, its number masked."""

from datetime import datetime
from typing import Any

from toban.domain.call import Call, CallId, Line, Outcome, masked
from toban.domain.contract import Contact
from toban.store import calls, record, slots


def close(call_id: CallId, contact: Contact, line: Line, outcome: Outcome, at: datetime) -> Outcome:
    """Note how the call ended and give its line back; return the outcome that stands."""
    call = Call(
        contact=call_id.contact,
        attempt=call_id.attempt,
        name=contact.name,
        number=masked(contact.phone),
        dialled_at=line.dialled_at,
        outcome=outcome,
        ring_seconds=_seconds(line.dialled_at, line.connected_at or line.ended_at or at),
        talk_seconds=_seconds(line.connected_at, line.ended_at or at),
    )
    stands = calls.settle(call_id, call)
    key = f"call#{call_id.callees}#{call_id.contact:02}#{call_id.attempt:02}"
    record.append(call_id.incident_id, key, stands.dialled_at, "telephone call", stands)
    slots.release(str(call_id), at)
    return stands.outcome


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
