"""Close the window of an incident: its alerts are fixed from here on, most urgent first."""

from typing import Any

from toban import clock
from toban.domain.incident import NO_ALERT, Alert, Incident
from toban.domain.letters import PROBLEM_MAILS
from toban.domain.plan import Capability, may
from toban.domain.work import repairable
from toban.store import contracts, incidents, mails, maintenance, record, states
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident"}; return its alerts, their monitor ids, and what may be done for them.

    `priority` is NO_ALERT when maintenance has begun for all of them before anybody was told (C-5).
    """
    incident = from_document(event["incident"], Incident)
    server = contracts.server(incident.server_id)
    alerts = _told_of(incident, incidents.gather(incident.incident_id))
    monitor_ids = [alert.monitor_id for alert in alerts]
    record.append(
        incident.incident_id, "gathered", clock.now(), "alerts gathered", {"monitors": monitor_ids}
    )
    collects = may(server.plan, Capability.COLLECT) and server.access is not None
    return {
        "alerts": to_document(alerts),
        "monitor_ids": monitor_ids,
        "repairable": repairable(server, alerts),
        "collectable": bool(alerts) and collects,
        "priority": alerts[0].priority if alerts else NO_ALERT,
    }


def _told_of(incident: Incident, alerts: list[Alert]) -> list[Alert]:
    """Drop what has come under maintenance, unless the customer has been told of it already."""
    told = any(mail.kind in PROBLEM_MAILS for mail in mails.sent(incident.incident_id))
    return [alert for alert in alerts if told or not _dropped(incident, alert)]


def _dropped(incident: Incident, alert: Alert) -> bool:
    now = clock.now()
    window = maintenance.covering(incident.server_id, alert.monitor_id, now)
    if window is None:
        return False
    maintenance.note_failing(window, alert.observation)
    states.close(alert.monitor_id, incident.incident_id, now)
    incidents.drop_alert(incident.incident_id, alert.monitor_id)
    key = f"dropped#{alert.monitor_id}"
    record.append(incident.incident_id, key, now, "in maintenance, nothing sent", alert)
    return True
