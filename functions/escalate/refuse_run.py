"""Note that nobody approved a repair in time: it does not run (the approval gate)."""

from typing import Any

from escalate.holding import hold_back
from toban import clock
from toban.domain.incident import Incident
from toban.domain.rails import Rail
from toban.domain.work import Work
from toban.store import record
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "work"}; put the refusal on record."""
    incident = from_document(event["incident"], Incident)
    work = from_document(event["work"], Work)
    hold_back(incident.incident_id, work, Rail.NOT_APPROVED)
    key = f"refused#{work.key}"
    record.append(incident.incident_id, key, clock.now(), f"rails: {Rail.NOT_APPROVED}")
    return {"monitor_id": work.monitor_id}
