"""The ledger of mails: each is claimed before it is sent, so that a repeated step sends nothing
twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.expressions.update import Action

from toban.domain.letters import SentMail, sent_mail
from toban.store.claims import raise_unless_lost
from toban.store.tables import MailItem


def claim(
    incident_id: str, mail_id: str, kind: str, recipient: str, at: datetime, customer_id: str = ""
) -> bool:
    """Claim the mail; False when it has been sent.

    A mail that was claimed and not completed belongs to a run that was cut off between claim and
    SES's answer: it is granted again, because a mail lost is worse than a mail twice.
    """
    item = MailItem(incident_id, f"mail#{mail_id}", kind=kind, recipient=recipient, claimed_at=at)
    item.customer_id = customer_id or None
    try:
        item.save(MailItem.sent_at.does_not_exist())
    except PutError as error:
        raise_unless_lost(error)
        return False
    return True


def complete(incident_id: str, mail_id: str, message_id: str, at: datetime) -> None:
    """Note SES's id of the mail that was sent."""
    actions: list[Action] = [MailItem.sent_at.set(at), MailItem.message_id.set(message_id)]
    MailItem(incident_id, f"mail#{mail_id}").update(actions)


def first_message_id(incident_id: str, recipient: str) -> str | None:
    """Return SES's id of the recipient's first mail of the incident, which later ones answer to."""
    mails = [mail for mail in _sent(incident_id) if mail.recipient == recipient]
    return min(mails, key=lambda mail: mail.sent_at).message_id if mails else None


def sent(incident_id: str) -> list[SentMail]:
    """Return the mails of the incident that have gone out, in the order of time."""
    found = [
        replace(
            sent_mail(incident_id, mail.item.partition("#")[2]),
            address=mail.recipient,
            sent_at=mail.sent_at,
        )
        for mail in _sent(incident_id)
    ]
    return sorted(found, key=lambda mail: (mail.sent_at, mail.name))


def addresses(incident_id: str) -> dict[str, str]:
    """Return the address of each mail that was begun, by the mail's id, whether it went out or
    not.
    """
    found = MailItem.query(incident_id, MailItem.item.startswith("mail#"), consistent_read=True)
    return {mail.item.partition("#")[2]: str(mail.recipient) for mail in found}


def recipient(owner: str, mail_id: str) -> str:
    """Return the address that a mail was claimed for; raises pynamodb's DoesNotExist."""
    return str(MailItem.get(owner, f"mail#{mail_id}", consistent_read=True).recipient)


@dataclass(frozen=True, slots=True)
class MailEntry:
    """To which address a mail was to go; `customer_id` is "" in a mail to our own people."""

    recipient: str
    customer_id: str


def entry(owner: str, mail_id: str) -> MailEntry | None:
    """Return what the ledger has of the mail, None when it is none of ours."""
    try:
        found = MailItem.get(owner, f"mail#{mail_id}", consistent_read=True)
    except DoesNotExist:
        return None
    return MailEntry(str(found.recipient), found.customer_id or "")


def delivered(owner: str, mail_id: str, at: datetime) -> None:
    """Note when the recipient's server took a mail of the ledger; the first note stands."""
    first = MailItem.recipient.exists() & MailItem.delivered_at.does_not_exist()
    try:
        MailItem(owner, f"mail#{mail_id}").update([MailItem.delivered_at.set(at)], first)
    except UpdateError as error:
        raise_unless_lost(error)


def _sent(incident_id: str) -> list[MailItem]:
    item = MailItem.item.startswith("mail#")
    sent = MailItem.sent_at.exists()
    return list(MailItem.query(incident_id, item, filter_condition=sent, consistent_read=True))
