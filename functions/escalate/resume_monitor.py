"""Resume a paused monitor whose service is well again (clause P-7)."""

from typing import Any

from escalate.looking_again import look_again
from toban.domain.identifier import server_of
from toban.domain.observation import Observation
from toban.store import incidents, record, states
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"monitor_id", "incident_id", "observation"}; return the incident that had paused it."""
    monitor_id, incident_id = event["monitor_id"], event["incident_id"]
    recovery = from_document(event["observation"], Observation)
    incidents.close_alert(incident_id, monitor_id, recovery)
    states.resume(monitor_id, incident_id, recovery.observed_at)
    key = f"resumed#{monitor_id}"
    record.append(incident_id, key, recovery.observed_at, "resumed: the service is back", recovery)
    look_again(server_of(monitor_id))
    return {"incident": to_document(incidents.incident(incident_id))}
