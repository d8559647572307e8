"""Tell the operators of something that is theirs to look at: our own faults, a changed host key."""

from typing import Any

from escalate.facts import Facts
from escalate.letter import compose
from escalate.news import News, news_of
from escalate.post import Consignment, deliver
from escalate.provider import provider
from toban import clock
from toban.domain.incident import Incident
from toban.domain.letters import MailKind, recipients
from toban.domain.plan import Plan
from toban.store import contracts


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the state of an execution or one of the events of escalate.news; return how many mails
    were sent and refused. What has been told of before is not told again.
    """
    deliveries = [deliver(_consign(news)) for news in news_of(event)]
    return {
        "sent": sum(each.sent for each in deliveries),
        "refused": sum(each.refused for each in deliveries),
    }


def _consign(news: News) -> Consignment:
    facts = _facts(news, news.incident)
    return Consignment(
        owner=news.owner,
        kind=facts.kind,
        about=news.name,
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=recipients(facts.kind, Plan.NOTIFY, None, facts.provider.operator),
    )


def _facts(news: News, incident: Incident | None) -> Facts:
    return Facts(
        kind=MailKind.OPERATOR_NOTICE,
        provider=provider(),
        now=clock.now(),
        incident=incident,
        customer=contracts.customer(incident.customer_id) if incident else None,
        server=contracts.server(incident.server_id) if incident else None,
        monitor_id=news.monitor_id,
        notice=news.notice,
        detail=news.detail,
    )
