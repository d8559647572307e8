"""Close one alert of an incident: from here on a failure of its monitor is a new one (clause
N-7).
"""

from datetime import datetime
from typing import Any

from toban.domain.incident import Incident
from toban.store import incidents, record, states
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "monitor_id", "recovered_at"}; note the recovery and let the monitor start
    anew.
    """
    incident = from_document(event["incident"], Incident)
    monitor_id = event["monitor_id"]
    recovered_at = from_document(event["recovered_at"], datetime)
    incidents.close_alert(incident.incident_id, monitor_id, recovered_at)
    states.close(monitor_id, incident.incident_id, recovered_at)
    key = f"recovered#{monitor_id}"
    record.append(incident.incident_id, key, recovered_at, "recovery seen by the monitor")
    return {"monitor_id": monitor_id}
