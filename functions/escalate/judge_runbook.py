"""Judge the runbook by its verification: three failures in a row take it out of service."""

from typing import Any

from escalate.limits import limits_of
from toban import clock
from toban.domain.incident import Incident
from toban.domain.verification import Verification
from toban.domain.work import Work, runbook_name
from toban.store import contracts, incidents, rails, record
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "work", "verification"}; return whether the runbook was just disarmed, and
    whether the customer's own procedure follows it (M-2). What nobody could see proves nothing.
    """
    if event["verification"] == Verification.UNPROVEN:
        return {"disarmed": False, "after": False}
    incident = from_document(event["incident"], Incident)
    work = from_document(event["work"], Work)
    helped = event["verification"] == Verification.VERIFIED
    if helped:
        for monitor_id in work.monitor_ids:
            rails.note_repaired(incident.server_id, monitor_id, incident.incident_id, clock.now())
    disarmed = _judge(incident, work, helped=helped)
    return {"disarmed": disarmed, "after": not helped and _own_follows(incident, work)}


def _own_follows(incident: Incident, work: Work) -> bool:
    monitor = contracts.server(incident.server_id).monitor(work.monitor_id)
    if work.procedure or not monitor.procedure:
        return False
    incidents.note_tried(incident.incident_id, work.monitor_id)
    key = f"after#{work.monitor_id}"
    record.append(
        incident.incident_id, key, clock.now(), "own procedure follows", monitor.procedure
    )
    return True


def _judge(incident: Incident, work: Work, *, helped: bool) -> bool:
    limits = limits_of(incident)
    monitor = contracts.server(incident.server_id).monitor(work.monitor_id)
    name = runbook_name(monitor, work.procedure)
    at = clock.now()
    disarmed = rails.judge_runbook(name, incident.incident_id, at, limits, helped=helped)
    if disarmed:
        key = f"disarmed#{name}"
        record.append(incident.incident_id, key, at, f"runbook {name} disarmed until re-armed")
    return disarmed
