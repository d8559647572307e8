"""Pause the monitors for which nobody could be reached (clause P-6): probing goes on, silently."""

from typing import Any

from escalate.deferring import deferred
from escalate.standing import standing
from toban import clock
from toban.domain.incident import Incident
from toban.domain.transition import Condition
from toban.executions import complete
from toban.store import record, states
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "about"}; return which monitors are paused, those well again left out.

    What waits for an unreachable host of the same incident is paused with it (P-8).
    """
    incident, about = from_document(event["incident"], Incident), list(event["about"])
    waiting = deferred(incident, standing(incident).open)
    about += [each for each, reason in waiting.items() if reason.by in about]
    return {"paused": [each for each in about if _pause(incident.incident_id, each)]}


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
