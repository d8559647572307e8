"""Send one kind of mail about an incident to everybody who is to have it (catalogue section
8.1).
"""

from functools import partial
from typing import Any

from escalate.deferring import deferred
from escalate.dropping import left_to_tell
from escalate.gathering import gather_facts, worked_on
from escalate.personal import letter_with_link
from escalate.sending import send
from toban.domain.incident import Incident
from toban.domain.letters import MailKind
from toban.store import incidents
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"kind", "incident"} and what the kind is about (see gather_facts); return how many were
    sent and refused, and whether there was nothing to tell of any more.

    A mail that is not due is withheld, and that is on record. What has come under maintenance since
    the step before is not told of (C-5); a closing mail goes out all the same.
    """
    incident = from_document(event["incident"], Incident)
    match event["kind"]:
        case MailKind.ALERT if not left_to_tell(incident):
            return {"sent": 0, "refused": 0, "nothing_to_tell": True}
        case MailKind.FAILURE_CONTACT if _waits(incident, event):
            return {"sent": 0, "refused": 0, "nothing_to_tell": True}
    return _send(incident, event)


def _waits(incident: Incident, event: dict[str, Any]) -> bool:
    """A response that waits has not failed yet: nothing is told of it, and it is not given up."""
    about = worked_on(event)
    return set(about) == deferred(incident, about).keys()


def _send(incident: Incident, event: dict[str, Any]) -> dict[str, Any]:
    facts = gather_facts(incident, event)
    personal = partial(letter_with_link, facts) if facts.graphs else None
    delivery = send(facts, incident, personal)
    if facts.kind is MailKind.FAILURE_CONTACT and delivery.sent:
        incidents.note_told(incident.incident_id, facts.about_monitor_ids)
    incidents.settle(incident.incident_id, event.get("monitor_ids", []))
    return {"sent": delivery.sent, "refused": delivery.refused, "nothing_to_tell": False}
