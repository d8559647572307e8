"""Close one alert of an incident: from here on a failure of its monitor is a new one (clause
N-7).
"""

from typing import Any

from escalate.looking_again import look_again
from escalate.noting_end import note_end
from toban.domain.incident import Incident
from toban.domain.letters import MailKind
from toban.domain.observation import Observation
from toban.executions import complete
from toban.store import incidents, states
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "monitor_id", "observation"}; note the recovery, or that nobody watches any
    more, and let the monitor start anew. Return the kind of the "mail" that says so.
    """
    incident = from_document(event["incident"], Incident)
    monitor_id = event["monitor_id"]
    recovery = from_document(event["observation"], Observation)
    incidents.close_alert(incident.incident_id, monitor_id, recovery)
    states.close(monitor_id, incident.incident_id, recovery.observed_at)
    mail = note_end(incident.incident_id, recovery, MailKind.RECOVERY)
    if token := incidents.recovered_token(incident.incident_id):
        complete(token, {"recovered": True})
    look_again(incident.server_id)
    return {"mail": mail}
