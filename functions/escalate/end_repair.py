"""Tell the incident that its repair is over; it may have gone on to the telephone meanwhile."""

from typing import Any

from toban import clock
from toban.domain.deferral import of_round
from toban.domain.incident import Incident
from toban.executions import complete
from toban.store import record, repairs
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "round"}; complete the token that waits for the end, if one still does."""
    incident, number = from_document(event["incident"], Incident), int(event["round"])
    token = repairs.end(incident.incident_id, number, clock.now())
    heard = bool(token) and complete(token, {"ended": True})
    key = of_round("repair-over", number, "#")
    record.append(incident.incident_id, key, clock.now(), "repair work over")
    return {"heard": heard}
