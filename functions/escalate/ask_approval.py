"""Ask the operators whether a repair may run; no answer until the deadline means no run."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

from escalate.facts import Facts
from escalate.letter import compose
from escalate.post import Consignment, deliver
from escalate.provider import provider
from toban import clock
from toban.domain.incident import Incident
from toban.domain.letters import MailKind, Notice, last_part, recipients
from toban.domain.work import Work
from toban.settings import region
from toban.store import contracts, record
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "work", "seconds", "token"}; mail the commands that approve or refuse, and
    until when one of them is waited for.
    """
    incident = from_document(event["incident"], Incident)
    work = from_document(event["work"], Work)
    key = f"approval#{work.key}"
    record.append(incident.incident_id, key, clock.now(), "approval asked", work)
    deadline = clock.now() + timedelta(seconds=int(event["seconds"]))
    facts = replace(_facts(incident, work, event["token"]), deadline=deadline)
    return dict(to_document(deliver(_consign(facts, incident, event["token"]))))


def _facts(incident: Incident, work: Work, token: str) -> Facts:
    return Facts(
        kind=MailKind.OPERATOR_NOTICE,
        provider=provider(),
        now=clock.now(),
        incident=incident,
        customer=contracts.customer(incident.customer_id),
        server=contracts.server(incident.server_id),
        monitor_id=work.monitor_id,
        notice=Notice.APPROVAL_ASKED,
        detail="\n\n".join(_command(token, approved) for approved in ("true", "false")),
    )


def _command(token: str, approved: str) -> str:
    return (
        f"aws stepfunctions send-task-success --region {region()}"
        f" --task-output '{{\"approved\": {approved}}}' --task-token '{token}'"
    )


def _consign(facts: Facts, incident: Incident, token: str) -> Consignment:
    """The token names the mail, too: asked anew, people need the commands that are good now."""
    asked = hashlib.sha256(token.encode()).hexdigest()[:8]
    return Consignment(
        owner=incident.incident_id,
        kind=facts.kind,
        about=f"{facts.notice}-{last_part(facts.monitor_id)}-{asked}",
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=recipients(facts.kind, incident.plan, None, facts.provider.operator),
    )
