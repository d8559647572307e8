"""Who may see what: a link that is good, of a reader who is still one of the customer's."""

from dataclasses import dataclass
from datetime import datetime

from pynamodb.exceptions import DoesNotExist

from toban.domain.contract import Customer, Server
from toban.domain.link import Link, link_of, recipient_of
from toban.settings import optional
from toban.store import contracts, links


@dataclass(frozen=True, slots=True)
class Pass:
    """What a good link opens: one server of one customer, nothing else."""

    link: Link
    customer: Customer
    server: Server


def opened_by(token: str, now: datetime) -> Pass | None:
    """Return what the token opens, or None, whatever is wrong with it."""
    link = link_of(token, links.keys(), now)
    if link is None or links.is_revoked(link):
        return None
    try:
        customer, server = contracts.customer(link.customer_id), contracts.server(link.server_id)
    except DoesNotExist:
        return None
    return Pass(link, customer, server) if _may_read(link, customer) else None


def _may_read(link: Link, customer: Customer) -> bool:
    """A person who left the customer or the provider has no link any more."""
    people = (*customer.contacts, *contracts.engineers())
    mails = [*(person.mail for person in people), optional("OPERATOR_ADDRESS")]
    return link.recipient in {recipient_of(mail) for mail in mails if mail}
