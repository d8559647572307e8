"""Send every contact the test mail of an acceptance run (N-2; N-10: nobody in another's way)."""

from typing import Any

from escalate.facts import Facts
from escalate.letter import compose
from escalate.post import Consignment, deliver_each
from escalate.provider import provider
from toban import clock
from toban.domain.contract import Customer
from toban.domain.letters import MailKind, recipients
from toban.domain.plan import Plan
from toban.store import revisions
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"customer_id", "name"} of the run; return {"outcomes"}: what became of the mail of each
    contact of the agreed terms, in their order. Asked again, nobody gets a second one.

    Raises LookupError for a customer with whom nothing was agreed.
    """
    terms = revisions.agreed(event["customer_id"])
    if terms is None:
        raise LookupError(event["customer_id"])
    return {"outcomes": to_document(deliver_each(_consign(event["name"], terms.customer)))}


def _consign(name: str, customer: Customer) -> Consignment:
    facts = Facts(kind=MailKind.TEST_MAIL, provider=provider(), now=clock.now(), customer=customer)
    return Consignment(
        owner=name,
        kind=facts.kind,
        about="",
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=recipients(facts.kind, Plan.NOTIFY, customer, facts.provider.operator),
    )
