"""Leave the token that the ordinary probe completes at the first good check (N-4 step 7)."""

from typing import Any

from toban.domain.incident import Incident
from toban.domain.observation import Observation
from toban.executions import complete
from toban.store import incidents, states
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "monitor_id", "token"}; a recovery that came before completes the token at
    once.
    """
    incident = from_document(event["incident"], Incident)
    recovery = _recovered_before(incident.incident_id, event["monitor_id"], event["token"])
    if recovery is None:
        return {"waiting": True}
    complete(event["token"], {"observation": recovery})
    return {"waiting": False}


def _recovered_before(incident_id: str, monitor_id: str, token: str) -> Observation | None:
    closed = incidents.recoveries(incident_id).get(monitor_id)
    return closed or states.await_recovery(monitor_id, incident_id, token)
