"""Resume a paused monitor whose service is well again (clause P-7)."""

from typing import Any

from escalate.looking_again import look_again
from escalate.noting_end import note_end
from toban.domain.identifier import server_of
from toban.domain.letters import MailKind
from toban.domain.observation import Observation
from toban.store import incidents, states
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"monitor_id", "incident_id", "observation"}; return the "incident" that had paused it
    and the kind of the "mail" that says so.
    """
    monitor_id, incident_id = event["monitor_id"], event["incident_id"]
    recovery = from_document(event["observation"], Observation)
    incidents.close_alert(incident_id, monitor_id, recovery)
    states.resume(monitor_id, incident_id, recovery.observed_at)
    mail = note_end(incident_id, recovery, MailKind.RESUMED)
    look_again(server_of(monitor_id))
    return {"incident": to_document(incidents.incident(incident_id)), "mail": mail}
