"""N-4 step 5: log in to the server and collect what explains the alert."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from respond.credentials import credentials
from respond.diagnostics import collect
from toban import clock
from toban.domain.access import Way
from toban.domain.contract import Monitor, Server
from toban.domain.incident import Alert, Incident
from toban.store import access, contracts, evidence, record
from toban.store.documents import from_document

EVIDENCE = "diagnostics"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "alerts"}; return {"collected", "failure", "host_key_changed", "evidence",
    "findings"}, whatever the server does.
    """
    incident = from_document(event["incident"], Incident)
    alerts = from_document(event["alerts"], list[Alert])
    server = contracts.server(incident.server_id)
    seconds = incident.policy.collect_cap_seconds
    keys = credentials(incident.incident_id)
    seen = collect(server, _monitors(server, alerts), keys, seconds, clock.now)
    if seen.failure:
        seen = replace(seen, failing_since=_failing_since(incident.server_id))
    result = {
        "collected": not seen.failure,
        "failure": seen.failure,
        "host_key_changed": seen.host_key_changed,
        "evidence": evidence.save(incident.incident_id, EVIDENCE, seen),
        "findings": len(seen.findings),
    }
    record.append(incident.incident_id, EVIDENCE, seen.finished_at, "diagnostics", result)
    return result


def _failing_since(server_id: str) -> datetime | None:
    known = access.of_server(server_id)
    login = known.of(Way.SSH) if known else None
    return login.since if login and login.fault else None


def _monitors(server: Server, alerts: list[Alert]) -> list[Monitor]:
    """Return the monitors that the contract still has."""
    failing = {alert.monitor_id for alert in alerts}
    return [monitor for monitor in server.monitors if monitor.monitor_id in failing]
