"""What awaits an engineer after an incident: the whole record, to find the cause (clause M-4)."""

from typing import Any

from escalate.history import History
from toban import clock
from toban.domain.letters import Notice
from toban.domain.repair import Finding
from toban.executions import invoke_later
from toban.settings import required
from toban.store import evidence, incidents, record
from toban.store.documents import to_document


def open_for(told: History) -> str:
    """Open the incident's work item and tell the operators; return the evidence key of the record.

    It is opened once: one that an engineer has taken up or closed stays as it is.
    """
    incident_id = told.incident.incident_id
    key = evidence.save(incident_id, "work-item", _dossier(told))
    if incidents.open_work_item(incident_id, clock.now(), key):
        notice = {"notice": Notice.WORK_ITEM_OPENED, "detail": key}
        invoke_later(required("TELL_OPERATOR_FUNCTION"), {"incident": told.incident, **notice})
    record.append(incident_id, "work-item", clock.now(), "work item opened", {"key": key})
    return key


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
