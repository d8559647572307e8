"""Leave the token that the ordinary probe completes at the first good check (N-4 step 7)."""

from typing import Any

from toban.domain.incident import Incident
from toban.domain.observation import Observation
from toban.executions import complete
from toban.store import incidents, record, states
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "monitor_id", "token"}; a recovery or a pause that came before completes
    the token at once, and so does an alert that was dropped before anybody was told.
    """
    incident_id = from_document(event["incident"], Incident).incident_id
    monitor_id, token = event["monitor_id"], event["token"]
    try:
        recovery = _recovered_before(incident_id, monitor_id, token)
    except states.NotAlertedError:
        paused = states.is_paused(monitor_id, incident_id)
        if not paused and not _dropped(incident_id, monitor_id):
            raise
        complete(token, {"paused": True} if paused else {"dropped": True})
        return {"waiting": False}
    if recovery is not None:
        complete(token, {"observation": recovery})
    return {"waiting": recovery is None}


def _dropped(incident_id: str, monitor_id: str) -> bool:
    return any(event.key == f"dropped#{monitor_id}" for event in record.events(incident_id))


def _recovered_before(incident_id: str, monitor_id: str, token: str) -> Observation | None:
    closed = incidents.recoveries(incident_id).get(monitor_id)
    return closed or states.await_recovery(monitor_id, incident_id, token)
