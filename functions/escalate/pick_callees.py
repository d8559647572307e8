"""Pick what people are called for, once the repair is over or has taken too long (clause P-3)."""

from typing import Any

from toban import clock
from toban.domain.callees import Escalation, escalate
from toban.domain.contract import Server
from toban.domain.incident import Incident
from toban.domain.rails import calls_anyway
from toban.store import contracts, incidents, maintenance, rails, record, states
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident"}; return the Escalation."""
    incident = from_document(event["incident"], Incident)
    escalation = _escalation(incident, contracts.server(incident.server_id))
    what = "people are called" if escalation.call else "nobody is called"
    record.append(incident.incident_id, "escalation", clock.now(), what, escalation)
    return dict(to_document(escalation))


def _escalation(incident: Incident, server: Server) -> Escalation:
    alerts = incidents.alerts(incident.incident_id)
    progress = incidents.progress(incident.incident_id)
    return escalate(
        incident.plan,
        alerts,
        {monitor.monitor_id: monitor for monitor in server.monitors},
        over={alert.monitor_id for alert in alerts if _is_over(incident, alert.monitor_id)},
        told={monitor_id for monitor_id, work in progress.items() if work.settled},
        call_anyway=_too_often(incident, list(progress)),
    )


def _is_over(incident: Incident, monitor_id: str) -> bool:
    """Well again, closed, or in maintenance that has begun meanwhile (C-5)."""
    state = states.get(monitor_id)
    if state is None or state.incident_id != incident.incident_id or state.recovery is not None:
        return True
    return maintenance.covering(incident.server_id, monitor_id, clock.now()) is not None


def _too_often(incident: Incident, monitor_ids: list[str]) -> bool:
    limits = contracts.customer(incident.customer_id).rails or incident.policy.rails
    return any(
        calls_anyway(limits, clock.now(), repaired)
        for monitor_id in monitor_ids
        if (repaired := rails.repaired(incident.server_id, monitor_id))
        and rails.repaired_in(incident.server_id, monitor_id, incident.incident_id)
    )
