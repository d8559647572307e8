"""Takes back the alerts for which maintenance has begun before anybody was told (clause C-5)."""

from toban import clock
from toban.domain.incident import Alert, Incident
from toban.domain.letters import PROBLEM_MAILS
from toban.store import incidents, mails, maintenance, record, states


def left_to_tell(incident: Incident) -> list[Alert]:
    """Return the incident's alerts; those in maintenance are dropped unless the customer has been
    told of the incident already.
    """
    alerts = incidents.alerts(incident.incident_id)
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
