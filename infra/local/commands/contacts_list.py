"""`toban contacts list`: whether mails and calls reach the contacts (N-10)."""

from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from infra.local.commands.incident import asking
from infra.local.commands.refusal import RefusalError
from toban.domain.call import masked
from toban.domain.contact_health import OURS, ContactHealth
from toban.domain.contract import Contact
from toban.text.plain import one_line


@dataclass(frozen=True, slots=True)
class People:
    """The contacts of a customer, or our own people, in their order, and what is known of each."""

    title: str
    contacts: tuple[tuple[Contact, ContactHealth], ...]


def show(given: Namespace) -> int:
    """Print every contact; 1 when mails or calls do not get through to one."""
    with asking(given.endpoint, "The contacts cannot be read from"):
        found = list(_found(given.customer))
    if given.customer and not found:
        raise RefusalError(f"Nothing is in force for the customer {given.customer!r}.")
    if not found:
        print("Nothing is in force.")
    for people in found:
        print("\n".join(_told(people)))
    known = [health for people in found for _, health in people.contacts]
    return 1 if any(each.trouble or each.wrong_number for each in known) else 0


def _found(customer_id: str) -> Iterator[People]:
    from toban.store import contact_health, contracts, revisions

    for each in sorted(revisions.marks()):
        if customer_id in ("", each):
            customer = contracts.customer(each)
            known = contact_health.of_all(each)
            title = f"{each}: {one_line(customer.name)}"
            yield People(title, tuple(_with_health(customer.contacts, known)))
    ours = contact_health.of_all(OURS)
    engineers = contracts.engineers()
    operators = [Contact("operators", mail) for mail in sorted(ours) if not _has(engineers, mail)]
    if customer_id in ("", OURS) and (engineers or operators):
        people = _with_health([*engineers, *operators], ours)
        yield People(f"{OURS}: our own people", tuple(people))


def _has(people: Iterable[Contact], mail: str) -> bool:
    return any(each.mail.lower() == mail.lower() for each in people)


def _with_health(
    contacts: Iterable[Contact], known: dict[str, ContactHealth]
) -> Iterator[tuple[Contact, ContactHealth]]:
    by_mail = {mail.lower(): health for mail, health in known.items()}
    for contact in contacts:
        yield contact, by_mail.get(contact.mail.lower(), ContactHealth())


def _told(people: People) -> Iterator[str]:
    yield people.title
    for number, (contact, health) in enumerate(people.contacts, 1):
        never = "  (never reached)" if health.never_reached else ""
        yield f"  {number}. {one_line(contact.name)}{never}"
        yield f"     {contact.mail}: {_mail(health)}"
        if contact.phone:
            hours = ", ".join(map(str, contact.hours)) or "at any time"
            yield f"     {masked(contact.phone)} ({hours}): {_phone(health)}"


def _mail(health: ContactHealth) -> str:
    arrived = f"arrived last {_utc(health.delivered_at)}" if health.delivered_at else ""
    if health.trouble is None or health.trouble_since is None or health.trouble_at is None:
        back = f", after trouble until {_utc(health.recovered_at)}" if health.recovered_at else ""
        return f"{arrived}{back}" if arrived else "no mail yet"
    seen = f"{health.trouble} since {_utc(health.trouble_since)}, last {_utc(health.trouble_at)}"
    detail = f" ({health.trouble_detail})" if health.trouble_detail else ""
    return f"{seen}{detail}; {arrived or 'never arrived'}"


def _phone(health: ContactHealth) -> str:
    if health.called_at is None:
        return "not called yet"
    answered = "no key was ever pressed"
    if health.answered_at:
        answered = f"a key was pressed last {_utc(health.answered_at)}"
    return f"{answered}; called last {_utc(health.called_at)}: {health.call_outcome}"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%MZ}"
