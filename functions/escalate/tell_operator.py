"""Tell the operators of something that is theirs to look at: our own faults, a changed host key."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from escalate.access_news import access_news
from escalate.contact_news import contact_news
from escalate.facts import Facts
from escalate.letter import compose
from escalate.news import News, news_of
from escalate.picture import Enclosure
from escalate.post import Consignment, deliver
from escalate.provider import provider
from toban import clock
from toban.domain.call import Callees
from toban.domain.identifier import customer_of
from toban.domain.incident import Incident
from toban.domain.letters import MailKind, recipients
from toban.domain.plan import Plan
from toban.store import contracts, intake

_LARGEST = 2_000_000
"""Signs of a page that is attached; SES takes 40 MB, many mailboxes 10."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the state of an execution, {"access": {"server_id", "at", "changes"}} of the daily check
    of a server's ways in, {"contact": {"customer_id", "mail", "event", "finding"}} of a mail that
    came back or arrives again, or one of the events of escalate.news; return how many mails were
    sent and refused. What has been told of before is not told again. What goes wrong in a test call
    stands in the sheet to sign, and is not told here.
    """
    if event.get("callees") == Callees.TEST:
        return {"sent": 0, "refused": 0}
    deliveries = [deliver(each) for news in _news(event) for each in _consignments(news)]
    return {
        "sent": sum(each.sent for each in deliveries),
        "refused": sum(each.refused for each in deliveries),
    }


def _news(event: dict[str, Any]) -> list[News]:
    if "access" in event:
        return access_news(event["access"])
    return [contact_news(event["contact"])] if "contact" in event else news_of(event)


def _consignments(news: News) -> Iterator[Consignment]:
    """Yield the operators' notice, and the customer's own mail where the policy wants one."""
    facts = _facts(news, news.incident)
    yield _consign(news, facts)
    theirs = news.change is not None and news.change.customers_to_mend
    if theirs and contracts.policy().tell_customers_of_access:
        yield _consign(news, replace(facts, kind=MailKind.ACCESS_NOTICE, change=news.change))


def _consign(news: News, facts: Facts) -> Consignment:
    plan = facts.server.plan if facts.server else Plan.NOTIFY
    customer = facts.customer if facts.kind is not MailKind.OPERATOR_NOTICE else None
    return Consignment(
        owner=news.owner,
        kind=facts.kind,
        about=news.name,
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=recipients(facts.kind, plan, customer, facts.provider.operator),
        customer_id=customer.customer_id if customer else "",
    )


def _facts(news: News, incident: Incident | None) -> Facts:
    server_id = incident.server_id if incident else news.server_id
    return Facts(
        kind=MailKind.OPERATOR_NOTICE,
        provider=provider(),
        now=clock.now(),
        incident=incident,
        customer=contracts.customer(customer_of(server_id)) if server_id else None,
        server=contracts.server(server_id) if server_id else None,
        monitor_id=news.monitor_id,
        notice=news.notice,
        detail=news.detail,
        enclosures=tuple(_enclosures(news.enclosed)),
    )


def _enclosures(key: str) -> Iterator[Enclosure]:
    page = intake.text(key) if key else ""
    if page and len(page) <= _LARGEST:
        yield Enclosure(key.rpartition("/")[2], page, "html")
