"""Close the window of an incident: its alerts are fixed from here on, most urgent first."""

from typing import Any

from escalate.dropping import left_to_tell
from toban import clock
from toban.domain.incident import NO_ALERT, Incident
from toban.domain.kept_graph import is_sampled
from toban.domain.plan import Capability, may
from toban.domain.work import repairable
from toban.store import contracts, incidents, record
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident"}; return its alerts, their monitor ids, and what may be done for them.

    `priority` is NO_ALERT when maintenance has begun for all of them before anybody was told (C-5).
    """
    incident = from_document(event["incident"], Incident)
    server = contracts.server(incident.server_id)
    incidents.gather(incident.incident_id)
    alerts = left_to_tell(incident)
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
        "drawable": bool(alerts) and is_sampled(server),
        "priority": alerts[0].priority if alerts else NO_ALERT,
    }
