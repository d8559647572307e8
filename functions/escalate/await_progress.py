"""Leave the token that the recovery of a managed incident completes; until then progress is
reported.
"""

from typing import Any

from toban import clock
from toban.domain.incident import Incident
from toban.executions import complete
from toban.store import incidents, record
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "token"}; complete the token at once when all are well already."""
    incident = from_document(event["incident"], Incident)
    record.append(incident.incident_id, "taken-over", clock.now(), "engineers work on it")
    if incidents.await_recovered(incident.incident_id, event["token"]):
        return {"waiting": True}
    complete(event["token"], {"recovered": True})
    return {"waiting": False}
