"""Tell the operators of something that is theirs to look at: our own faults, a changed host key."""

from typing import Any

from escalate.facts import Facts
from escalate.letter import compose
from escalate.post import Consignment, deliver
from escalate.provider import provider
from toban import clock
from toban.domain.incident import Incident
from toban.domain.letters import MailKind, Notice, recipients
from toban.domain.plan import Plan
from toban.store import contracts
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the state of an incident execution, or {"blind": {...}} of a round; return the
    delivery.
    """
    facts = _of_round(event["blind"]) if "blind" in event else _of_incident(event)
    return dict(to_document(deliver(_consign(facts, _owner(event)))))


def _owner(event: dict[str, Any]) -> str:
    if "blind" in event:
        return f"{event['blind']['shard']}.{event['blind']['scheduled_at']}"
    return str(event["incident"]["incident_id"])


def _of_round(blind: dict[str, Any]) -> Facts:
    return Facts(
        kind=MailKind.OPERATOR_NOTICE,
        provider=provider(),
        now=clock.now(),
        notice=Notice.PROBER_BLIND,
        detail=f"{blind['shard']}, {blind['scheduled_at']}",
    )


def _of_incident(event: dict[str, Any]) -> Facts:
    incident = from_document(event["incident"], Incident)
    notice, detail = _what_happened(event)
    return Facts(
        kind=MailKind.OPERATOR_NOTICE,
        provider=provider(),
        now=clock.now(),
        incident=incident,
        customer=contracts.customer(incident.customer_id),
        server=contracts.server(incident.server_id),
        notice=notice,
        detail=detail,
    )


def _what_happened(event: dict[str, Any]) -> tuple[Notice, str]:
    if fault := event.get("fault"):
        return Notice.STEP_FAILED, f"{fault.get('Error', '')}\n{fault.get('Cause', '')}"
    diagnostics = event.get("diagnostics", {})
    failure = str(diagnostics.get("failure", ""))
    if diagnostics.get("host_key_changed"):
        return Notice.HOST_KEY_CHANGED, failure
    return Notice.LOGIN_FAILED, failure


def _consign(facts: Facts, owner: str) -> Consignment:
    plan = facts.server.plan if facts.server else Plan.NOTIFY
    return Consignment(
        owner=owner,
        kind=facts.kind,
        about=facts.notice or "",
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=recipients(facts.kind, plan, None, facts.provider.operator),
    )
