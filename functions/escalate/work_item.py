"""What awaits an engineer after an incident: the whole record, to find the cause (clause M-4)."""

from datetime import datetime
from typing import Any

from escalate.history import History
from toban import clock
from toban.domain.letters import Notice
from toban.domain.repair import Finding
from toban.executions import invoke_later
from toban.holidays import at_the_office, office
from toban.settings import required
from toban.store import evidence, record, work_items
from toban.store.documents import to_document

URGENT_PRIORITY = 28
"""The host itself and the ways into it: the bands up to 28 of the catalogue, section 3."""


def open_for(told: History) -> str:
    """Open the incident's work item and tell the operators; return the evidence key of the record.

    It is opened once: one that an engineer has taken up or closed stays as it is.
    """
    incident_id = told.incident.incident_id
    due_at = _due_at(told)
    key = evidence.save(incident_id, "work-item", {**_dossier(told), "due_at": due_at})
    if work_items.open_for(incident_id, clock.now(), key):
        detail = f"{key} ({due_at:%Y-%m-%d %H:%M %Z})"
        notice = {"notice": Notice.WORK_ITEM_OPENED, "detail": detail}
        invoke_later(required("TELL_OPERATOR_FUNCTION"), {"incident": told.incident, **notice})
    record.append(incident_id, "work-item", clock.now(), "work item opened", {"key": key})
    return key


def _due_at(told: History) -> datetime:
    """Return from when on an engineer looks at it: in business hours, unless it is urgent."""
    closed_at = at_the_office(told.closed_at or clock.now())
    urgent = any(alert.priority <= URGENT_PRIORITY for alert in told.alerts)
    return closed_at if urgent else office().next_opening(closed_at)


def _dossier(told: History) -> dict[str, Any]:
    """Return the whole record; of the contract only what an engineer needs to know."""
    return {
        "incident": to_document(told.incident),
        "customer": told.customer.name,
        "server": {"server_id": told.server.server_id, "addresses": told.server.addresses},
        "alerts": to_document(list(told.alerts)),
        "recoveries": to_document(told.recoveries),
        "record": to_document(list(told.events)),
        "diagnostics": to_document(told.diagnostics),
        "repairs": to_document(list(told.repairs)),
        "seen_during_repairs": _findings(told),
        "calls": to_document(list(told.calls)),
        "engineer_calls": to_document(list(told.engineer_calls)),
        "mails": to_document(list(told.mails)),
    }


def _findings(told: History) -> dict[str, Any]:
    """Return what each piece of work saw on the server, by its monitor."""
    found = {}
    for report in told.repairs:
        name = f"repair-{report.monitor_id}-findings"
        found[report.monitor_id] = evidence.load(told.incident.incident_id, name, list[Finding])
    return dict(to_document(found))
