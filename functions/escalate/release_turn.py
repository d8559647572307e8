"""Give the turn back and wake the most urgent incident that waits for it (clause P-8)."""

from typing import Any

from toban import clock
from toban.domain.incident import Incident
from toban.executions import complete
from toban.store import turns
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident"}; return which incident has the turn now, or ""."""
    incident = from_document(event["incident"], Incident)
    turns.leave_queue(incident.server_id, incident.incident_id)
    turns.release(incident.server_id, incident.incident_id)
    seconds = incident.policy.turn_seconds
    passed_to = turns.pass_on(incident.server_id, clock.now(), seconds, _wake)
    return {"passed_to": passed_to}


def _wake(token: str, fence: int) -> bool:
    return complete(token, {"fence": fence})
