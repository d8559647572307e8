"""Tell the incident that its repair is over; it may have gone on to the telephone meanwhile."""

from typing import Any

from toban import clock
from toban.domain.incident import Incident
from toban.executions import complete
from toban.store import record, repairs
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident"}; complete the token that waits for the end, if one still does."""
    incident = from_document(event["incident"], Incident)
    token = repairs.end(incident.incident_id, clock.now())
    heard = bool(token) and complete(token, {"ended": True})
    record.append(incident.incident_id, "repair-over", clock.now(), "repair work over")
    return {"heard": heard}
