"""Take the right to work on the server, or wait for it in the order of priority (clause P-8)."""

from typing import Any

from toban import clock
from toban.domain.incident import HOST_REACHABILITY, Incident
from toban.executions import complete
from toban.store import record, turns
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "priority", "token"}; the token is completed with {"fence"} when it is our
    turn.
    """
    incident = from_document(event["incident"], Incident)
    fence = _take(incident, event["priority"])
    if fence is None:
        turns.queue(
            incident.server_id,
            incident.incident_id,
            event["priority"],
            incident.opened_at,
            event["token"],
        )
        fence = _take(incident, event["priority"])
    if fence is None:
        record.append(incident.incident_id, "queued", clock.now(), "waiting for the turn")
        return {"waiting": True}
    turns.leave_queue(incident.server_id, incident.incident_id)
    complete(event["token"], {"fence": fence})
    return {"waiting": False}


def _take(incident: Incident, priority: int) -> int | None:
    """Ask twice, before and after queueing: a turn given back in between must not be missed.

    When the host itself is gone, work on its services is void: its turn is taken (catalogue 3).
    """
    seconds = incident.policy.turn_seconds
    if priority <= HOST_REACHABILITY:
        return turns.preempt(incident.server_id, incident.incident_id, clock.now(), seconds)
    return turns.take(incident.server_id, incident.incident_id, clock.now(), seconds)
