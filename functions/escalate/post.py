"""The post: hands letters to SES, each recipient's own, none twice, none lost for another's sake
(N-10).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from botocore.exceptions import ClientError

from escalate.envelope import message_id_of, to_mime
from escalate.letter import Letter
from toban import clock
from toban.clients import client
from toban.domain.letters import Mailbox, MailKind, mail_id
from toban.settings import region, stack
from toban.store import mails, record

_REFUSED = {"MessageRejected", "BadRequestException", "InvalidParameterValue"}
"""SES says no to this one mail; anything else is our account or the network, and worth another
try.
"""


Personal = Callable[[Mailbox], Letter]


class MailError(Exception):
    """Mails of this step are still owed; the step must run again."""


@dataclass(frozen=True, slots=True)
class Consignment:
    """One letter to several people; `about` tells it from others of its kind about the same
    `owner`, the incident or whatever else it belongs to.

    `personal` composes the letter of each where it holds something that is one reader's alone.
    `customer_id` is the customer whose contacts get it, "" where only our own people do.
    """

    owner: str
    kind: MailKind
    about: str
    letter: Letter
    sender: Mailbox
    recipients: Sequence[Mailbox]
    personal: Personal | None = None
    customer_id: str = ""

    def letter_to(self, recipient: Mailbox) -> Letter:
        """Return the letter as this reader gets it."""
        return self.personal(recipient) if self.personal else self.letter


@dataclass(frozen=True, slots=True)
class Delivery:
    """How many mails of the consignment have gone out by now, and the ids of those that never
    will.
    """

    sent: int
    refused: int
    refused_mails: tuple[str, ...] = ()


class MailOutcome(StrEnum):
    """What became of one mail."""

    SENT = "sent"
    OWED = "owed"
    REFUSED = "refused"
    MISADDRESSED = "misaddressed"


def deliver(consignment: Consignment) -> Delivery:
    """Send what has not been sent yet.

    A recipient whom SES refuses, or whose address is none, never keeps the others from their mail.
    Raises MailError when a mail is still owed, or when SES refuses all of them: then the fault is
    ours, not theirs.
    """
    names = [_name(consignment, each) for each in consignment.recipients]
    found = dict(zip(names, deliver_each(consignment), strict=True))
    outcomes = set(found.values())
    if MailOutcome.OWED in outcomes or (
        MailOutcome.REFUSED in outcomes and MailOutcome.SENT not in outcomes
    ):
        raise MailError(f"{consignment.kind} of {consignment.owner}: {sorted(found.values())}")
    never = tuple(name for name, outcome in found.items() if outcome is not MailOutcome.SENT)
    return Delivery(len(found) - len(never), len(never), never)


def deliver_each(consignment: Consignment) -> list[MailOutcome]:
    """Send what has not been sent yet; return what became of each recipient's mail, in their
    order.
    """
    return [_deliver(consignment, each) for each in consignment.recipients]


def _name(consignment: Consignment, recipient: Mailbox) -> str:
    about = consignment.about
    return mail_id(consignment.owner, consignment.kind, about, recipient.address)


def _deliver(consignment: Consignment, recipient: Mailbox) -> MailOutcome:
    owner, kind, at = consignment.owner, consignment.kind, clock.now()
    name = _name(consignment, recipient)
    if not mails.claim(owner, name, kind, recipient.address, at, consignment.customer_id):
        return MailOutcome.SENT
    try:
        message_id = _send(consignment, recipient, name, at)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        outcome = MailOutcome.REFUSED if code in _REFUSED else MailOutcome.OWED
        return _not_sent(owner, name, outcome, code)
    except ValueError:
        return _not_sent(owner, name, MailOutcome.MISADDRESSED, "not a mail address")
    mails.complete(owner, name, message_id, at)
    detail = {"mail": name, "message_id": message_id}
    record.append(owner, f"mail#{name}", at, f"{kind} mail sent", detail)
    return MailOutcome.SENT


def _not_sent(owner: str, name: str, outcome: MailOutcome, code: str) -> MailOutcome:
    detail = {"mail": name, "code": code}
    record.append(owner, f"mail-{outcome}#{name}", clock.now(), f"mail {outcome}", detail)
    return outcome


def _send(consignment: Consignment, recipient: Mailbox, identity: str, at: datetime) -> str:
    first = mails.first_message_id(consignment.owner, recipient.address)
    thread = message_id_of(first, region()) if first else None
    raw = to_mime(
        consignment.letter_to(recipient),
        consignment.sender,
        recipient,
        identity,
        consignment.owner,
        thread,
        at,
    )
    answer = client("sesv2").send_email(
        FromEmailAddress=consignment.sender.address,
        Destination={"ToAddresses": [recipient.address]},
        Content={"Raw": {"Data": raw}},
        # by name: an identity that the account had before has another configuration set, or none
        ConfigurationSetName=stack(),
    )
    return str(answer["MessageId"])
