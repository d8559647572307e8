"""Send one kind of mail about an incident to everybody who is to have it (catalogue section
8.1).
"""

from typing import Any

from escalate.gathering import gather_facts
from escalate.letter import Facts, compose
from escalate.post import Consignment, deliver
from toban import clock
from toban.domain.incident import Incident
from toban.domain.letters import PROBLEM_MAILS, MailKind, recipients
from toban.store import incidents, mails, record
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"kind", "incident"} and what the kind is about; return how many were sent and
    refused.
    """
    incident = from_document(event["incident"], Incident)
    facts = gather_facts(incident, event)
    if not _due(facts.kind, incident.incident_id):
        key = f"withheld#{facts.kind}#{facts.monitor_id}"
        what = f"{facts.kind} mail withheld: no problem mail had gone out"
        record.append(incident.incident_id, key, clock.now(), what)
        return {"sent": 0, "refused": 0}
    delivery = deliver(_consign(facts, incident))
    incidents.settle(incident.incident_id, event.get("monitor_ids", []))
    return dict(to_document(delivery))


def _due(kind: MailKind, incident_id: str) -> bool:
    """No problem mail, no closing mail: the pair is complete or absent."""
    return kind in PROBLEM_MAILS or any(mails.was_sent(incident_id, each) for each in PROBLEM_MAILS)


def _consign(facts: Facts, incident: Incident) -> Consignment:
    return Consignment(
        owner=incident.incident_id,
        kind=facts.kind,
        about=facts.monitor_id,
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=recipients(facts.kind, incident.plan, facts.customer, facts.provider.operator),
    )
