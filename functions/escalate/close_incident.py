"""Close the incident: every alert has recovered and the customer has been told."""

from typing import Any

from toban import clock
from toban.domain.incident import Incident
from toban.store import incidents, record
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident"}; note its end."""
    incident = from_document(event["incident"], Incident)
    incidents.close(incident.incident_id, clock.now())
    record.append(incident.incident_id, "closed", clock.now(), "incident closed")
    return {"incident_id": incident.incident_id}
