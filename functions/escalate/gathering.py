"""Gathers what a mail about an incident may tell, from the contract, the incident and its
evidence.
"""

from datetime import datetime
from typing import Any

from escalate.facts import Facts
from escalate.provider import provider
from toban import clock
from toban.domain.contract import Server
from toban.domain.incident import Alert, Incident, still_open
from toban.domain.letters import MailKind, alert_kind
from toban.domain.observation import Observation
from toban.domain.repair import Diagnostics, RepairReport
from toban.domain.transition import Condition
from toban.store import contracts, evidence, incidents, states
from toban.store.documents import from_document_or_none


def gather_facts(incident: Incident, event: dict[str, Any]) -> Facts:
    """Return the facts of the mail that the event of a SendMail state asks for."""
    server = contracts.server(incident.server_id)
    alerts = incidents.alerts(incident.incident_id)
    monitor_id = event.get("monitor_id", "")
    seen = from_document_or_none(event.get("observation"), Observation)
    kind = _kind(event["kind"], server, alerts)
    return Facts(
        kind=kind,
        provider=provider(),
        now=clock.now(),
        incident=incident,
        customer=contracts.customer(incident.customer_id),
        server=server,
        alerts=alerts,
        monitor_id=monitor_id,
        diagnostics=evidence.load(incident.incident_id, "diagnostics", Diagnostics),
        repair=_repair(incident, monitor_id),
        observation=seen,
        recovered_at=seen.observed_at if seen else _moment(event),
        open_monitor_ids=_open(incident, kind, monitor_id),
        confirming_monitor_ids=_confirming(incident.server_id),
    )


def _kind(asked: str, server: Server, alerts: list[Alert]) -> MailKind:
    if asked != MailKind.ALERT:
        return MailKind(asked)
    return alert_kind(server.monitor(alert.monitor_id).check.kind for alert in alerts)


def _moment(event: dict[str, Any]) -> datetime | None:
    return from_document_or_none(event.get("at"), datetime)


def _repair(incident: Incident, monitor_id: str) -> RepairReport | None:
    if not monitor_id:
        return None
    return evidence.load(incident.incident_id, f"repair-{monitor_id}", RepairReport)


def _open(incident: Incident, kind: MailKind, monitor_id: str) -> list[str]:
    if kind is not MailKind.RECOVERY:
        return []
    return still_open(monitor_id, incidents.recoveries(incident.incident_id))


def _confirming(server_id: str) -> list[str]:
    """Monitors at strike 1 or 2 are told of as being looked at (catalogue section 8, reading 3)."""
    found = states.of_server(server_id)
    return [state.monitor_id for state in found if state.condition is Condition.CONFIRMING]
