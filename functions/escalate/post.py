"""The post: hands letters to SES, each recipient's own, none twice, none lost for another's sake
(N-10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from escalate.envelope import message_id_of, to_mime
from escalate.letter import Letter
from toban import clock
from toban.clients import client
from toban.domain.letters import Mailbox, MailKind, mail_id
from toban.settings import region
from toban.store import mails, record

_REFUSED = {"MessageRejected", "BadRequestException", "InvalidParameterValue"}
"""SES says no to this one mail; anything else is our account or the network, and worth another
try.
"""


class MailError(Exception):
    """Mails of this step are still owed; the step must run again."""


@dataclass(frozen=True, slots=True)
class Consignment:
    """One letter to several people about one incident; `about` tells it from others of its kind."""

    owner: str
    kind: MailKind
    about: str
    letter: Letter
    sender: Mailbox
    recipients: Sequence[Mailbox]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How many mails of the consignment have gone out by now, and how many SES refuses for good."""

    sent: int
    refused: int


def deliver(consignment: Consignment) -> Delivery:
    """Send what has not been sent yet.

    A recipient whom SES refuses never keeps the others from their mail. Raises MailError when a
    mail is still owed, or when SES refuses all of them: then the fault is ours, not theirs.
    """
    outcomes = [_deliver(consignment, recipient) for recipient in consignment.recipients]
    refused = outcomes.count("refused")
    if "owed" in outcomes or (refused and refused == len(outcomes)):
        raise MailError(f"{consignment.kind} of {consignment.owner}: {outcomes}")
    return Delivery(len(outcomes) - refused, refused)


def _deliver(consignment: Consignment, recipient: Mailbox) -> str:
    owner, kind = consignment.owner, consignment.kind
    identity = mail_id(owner, kind, consignment.about, recipient.address)
    at = clock.now()
    if not mails.claim(owner, identity, kind, recipient.address, at):
        return "sent"
    try:
        message_id = _send(consignment, recipient, identity, at)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        outcome = "refused" if code in _REFUSED else "owed"
        detail = {"mail": identity, "code": code}
        record.append(owner, f"mail-{outcome}#{identity}", clock.now(), f"mail {outcome}", detail)
        return outcome
    mails.complete(owner, identity, message_id, at)
    detail = {"mail": identity, "message_id": message_id}
    record.append(owner, f"mail#{identity}", at, f"{kind} mail sent", detail)
    return "sent"


def _send(consignment: Consignment, recipient: Mailbox, identity: str, at: datetime) -> str:
    first = mails.first_message_id(consignment.owner, recipient.address)
    thread = message_id_of(first, region()) if first else None
    raw = to_mime(
        consignment.letter,
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
    )
    return str(answer["MessageId"])
