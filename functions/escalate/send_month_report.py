"""Send a customer's contacts the report on the month that is over (N-9)."""

from collections.abc import Iterator
from typing import Any

from escalate.facts import Facts
from escalate.letter import compose
from escalate.picture import Enclosure
from escalate.post import Consignment, deliver
from escalate.provider import provider
from toban import clock
from toban.domain.contract import Customer
from toban.domain.letters import MailKind, recipients
from toban.domain.month import MonthFigures
from toban.domain.plan import Plan
from toban.store import contracts, evidence
from toban.store.documents import from_document, to_document

_LARGEST = 5_000_000
"""Bytes of one attachment; SES takes 40 MB, many mailboxes 10."""
_FORMS = {"report.html": "html", "report.txt": "plain"}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"figures": MonthFigures}; return how many were sent and refused. Asked again, nobody
    gets a second one.
    """
    figures = from_document(event["figures"], MonthFigures)
    customer = contracts.customer(figures.customer_id)
    facts = Facts(
        kind=MailKind.MONTH_REPORT,
        provider=provider(),
        now=clock.now(),
        customer=customer,
        month=figures,
        enclosures=tuple(_enclosures(figures.owner)),
    )
    return dict(to_document(deliver(_consign(facts, figures, customer))))


def _enclosures(owner: str) -> Iterator[Enclosure]:
    for name, form in _FORMS.items():
        octets = evidence.load_octets(owner, name)
        if octets and len(octets) <= _LARGEST:
            yield Enclosure(f"{owner}.{name.rpartition('.')[2]}", octets.decode(), form)


def _consign(facts: Facts, figures: MonthFigures, customer: Customer) -> Consignment:
    return Consignment(
        owner=figures.owner,
        kind=facts.kind,
        about="",
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=recipients(facts.kind, Plan.NOTIFY, customer, facts.provider.operator),
        customer_id=customer.customer_id,
    )
