"""What there is to tell the operators of a contact's mail address (N-10)."""

from collections.abc import Iterator
from typing import Any

from escalate.addressee import people
from escalate.news import News
from escalate.provider import provider
from toban.domain.contact_health import OURS, ContactNotice, Fate, MailEvent
from toban.domain.identifier import stamp
from toban.domain.letters import Notice, addressee
from toban.settings import region
from toban.store.documents import from_document
from toban.text.moments import rough_moment
from toban.text.plain import one_line
from toban.text.words import Words, words


def contact_news(told: dict[str, Any]) -> News:
    """Return the news of {"customer_id", "mail", "event", "finding"}; the same spell has the same
    names, however often it is told of.
    """
    event, notice = from_document(told["event"], MailEvent), Notice(ContactNotice(told["finding"]))
    customer_id, mail = str(told["customer_id"]), str(told["mail"])
    return News(
        owner=f"contact.{customer_id}.{addressee(mail)}",
        notice=notice,
        detail="\n".join(_lines(customer_id, mail, event, words(provider().locale))),
        name=f"{notice}-{stamp(event.at)}",
    )


def _lines(customer_id: str, mail: str, event: MailEvent, said: Words) -> Iterator[str]:
    yield _who(customer_id, mail, said)
    seen = said.say("contact", event.fate)
    yield f"{seen}: {event.detail}" if event.detail else seen
    yield said.say("contact", "since", at=rough_moment(event.at, provider().zone))
    if event.fate in {Fate.BOUNCED, Fate.SUPPRESSED}:
        yield said.say("contact", "lift", region=region(), mail=one_line(mail))


def _who(customer_id: str, mail: str, said: Words) -> str:
    found = enumerate(people(customer_id), 1)
    match = next(((n, each) for n, each in found if each.mail.lower() == mail.lower()), None)
    number, name = (match[0], one_line(match[1].name)) if match else (0, "")
    theirs = customer_id != OURS and match
    place = said.say("contact", "place", number=number, customer=customer_id) if theirs else ""
    return said.say("contact", "line", name=name, mail=one_line(mail), place=place)
