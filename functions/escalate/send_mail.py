"""Send one kind of mail about an incident to everybody who is to have it (catalogue section
8.1).
"""

from typing import Any

from escalate.gathering import gather_facts
from escalate.sending import send
from toban.domain.incident import Incident
from toban.store import incidents
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"kind", "incident"} and what the kind is about (see gather_facts); return how many were
    sent and refused. A mail that is not due is withheld, and that is on record.
    """
    incident = from_document(event["incident"], Incident)
    delivery = send(gather_facts(incident, event), incident)
    incidents.settle(incident.incident_id, event.get("monitor_ids", []))
    return {"sent": delivery.sent, "refused": delivery.refused}
