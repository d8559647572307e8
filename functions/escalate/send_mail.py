"""Send one kind of mail about an incident to everybody who is to have it (catalogue section
8.1).
"""

from typing import Any

from escalate.gathering import gather_facts
from escalate.letter import Facts, compose
from escalate.post import Consignment, deliver
from escalate.refusals import tell_of_refusals
from toban import clock
from toban.domain.incident import Incident
from toban.domain.letters import MailKind, is_due, recipients
from toban.domain.plan import Capability, may
from toban.store import incidents, mails, record
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"kind", "incident"} and what the kind is about (see gather_facts); return how many were
    sent and refused.
    """
    incident = from_document(event["incident"], Incident)
    facts = gather_facts(incident, event)
    if reason := _reason_to_withhold(facts, incident):
        key = f"withheld#{facts.kind}#{facts.monitor_id}"
        what = f"{facts.kind} mail withheld: {reason}"
        record.append(incident.incident_id, key, clock.now(), what)
        return {"sent": 0, "refused": 0}
    delivery = deliver(_consign(facts, incident))
    tell_of_refusals(incident, delivery)
    incidents.settle(incident.incident_id, event.get("monitor_ids", []))
    return {"sent": delivery.sent, "refused": delivery.refused}


def _reason_to_withhold(facts: Facts, incident: Incident) -> str:
    """No problem mail, no closing mail: the pair is complete or absent."""
    if not is_due(facts.kind, facts.monitor_id, mails.sent(incident.incident_id)):
        return "no problem mail had gone out, or the alert was closed by another mail"
    if facts.kind is MailKind.PROGRESS and not facts.open_monitor_ids:
        return "everything has recovered"
    paused = facts.paused_monitor_ids or may(incident.plan, Capability.TAKE_OVER)
    if facts.kind is MailKind.UNREACHABLE_ALL and not paused:
        return "nothing is paused, all has recovered"
    return ""


def _consign(facts: Facts, incident: Incident) -> Consignment:
    report = f"report-{facts.progress_number}"
    return Consignment(
        owner=incident.incident_id,
        kind=facts.kind,
        about=report if facts.kind is MailKind.PROGRESS else facts.monitor_id,
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=recipients(facts.kind, incident.plan, facts.customer, facts.provider.operator),
    )
