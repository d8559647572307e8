"""Whose a mail address is: a customer's contact, one of our own people, or nobody's (any more)."""

from escalate.provider import provider
from toban.domain.contact_health import OURS
from toban.domain.contract import Contact
from toban.store import contracts


def whose(customer_id: str, mail: str) -> str:
    """Return the customer whose contact it is, OURS for operators and engineers, "" for nobody."""
    found = (each for each in (customer_id, OURS) if each and _has(each, mail))
    return next(found, "")


def people(customer_id: str) -> tuple[Contact, ...]:
    """Return the customer's contacts in their order, for OURS the operators and the engineers."""
    if customer_id != OURS:
        return contracts.contacts(customer_id)
    operators = provider()
    return (Contact(operators.name, operators.operator), *contracts.engineers())


def _has(customer_id: str, mail: str) -> bool:
    return any(each.mail.lower() == mail.lower() for each in people(customer_id))
