"""Write the customer's report on an incident that is over, and what its plan adds (clause M-4)."""

from typing import Any

from escalate import work_item
from escalate.history import History
from escalate.provider import provider
from escalate.recalling import recall
from escalate.report import Report, compose_report, report_facts
from escalate.sending import send
from toban import clock
from toban.domain.incident import Incident
from toban.domain.plan import Capability, may
from toban.store import evidence, record
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident"}; return the evidence keys {"report", "work_item"}, the latter "" unless the
    plan has engineers who investigate, both "" when there is nothing to report on.
    """
    told = recall(from_document(event["incident"], Incident))
    if not told.alerts:  # maintenance had begun for all of them, nobody was told
        return {"report": "", "work_item": ""}
    key = _save(told.incident, compose_report(told, provider()))
    item = _hand_over(told) if may(told.incident.plan, Capability.TAKE_OVER) else ""
    return {"report": key, "work_item": item}


def _save(incident: Incident, report: Report) -> str:
    """Keep both forms; written again they are the same, byte for byte."""
    incident_id = incident.incident_id
    evidence.save_text(incident_id, "report.txt", report.text, "text/plain")
    key = evidence.save_text(incident_id, "report.html", report.html, "text/html")
    record.append(incident_id, "report", clock.now(), "report written", {"key": key})
    return key


def _hand_over(told: History) -> str:
    """Open the work item before the mail: a mail that is owed must not keep it from engineers."""
    key = work_item.open_for(told)
    send(report_facts(told, provider()), told.incident)
    return key
