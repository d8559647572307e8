"""Close the window of an incident: its alerts are fixed from here on, most urgent first."""

from typing import Any

from toban import clock
from toban.domain.incident import Incident
from toban.domain.plan import Capability, may
from toban.domain.work import repairable
from toban.store import contracts, incidents, record
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident"}; return its alerts, their monitor ids, and what may be done for them."""
    incident = from_document(event["incident"], Incident)
    server = contracts.server(incident.server_id)
    alerts = incidents.gather(incident.incident_id)
    monitor_ids = [alert.monitor_id for alert in alerts]
    record.append(
        incident.incident_id, "gathered", clock.now(), "alerts gathered", {"monitors": monitor_ids}
    )
    return {
        "alerts": to_document(alerts),
        "monitor_ids": monitor_ids,
        "repairable": repairable(server, alerts),
        "collectable": may(server.plan, Capability.COLLECT) and server.access is not None,
        "priority": alerts[0].priority,
    }
