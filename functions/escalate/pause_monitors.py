"""Pause the monitors for which nobody could be reached (clause P-6): probing goes on, silently."""

from typing import Any

from toban import clock
from toban.domain.incident import Incident
from toban.domain.transition import Condition
from toban.executions import complete
from toban.store import record, states
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "about"}; return which monitors are paused, those well again left out."""
    incident = from_document(event["incident"], Incident)
    paused = [each for each in event["about"] if _pause(incident.incident_id, each)]
    return {"paused": paused}


def _pause(incident_id: str, monitor_id: str) -> bool:
    token = states.pause(monitor_id, incident_id, clock.now())
    state = states.get(monitor_id)
    is_paused = state is not None and state.condition is Condition.PAUSED
    if not is_paused or state is None or state.incident_id != incident_id:
        return False
    record.append(incident_id, f"paused#{monitor_id}", state.since, "paused: nobody was reached")
    if token := token or state.recovery_token:
        complete(token, {"paused": True})
    return True
