"""Puts a letter into its envelope: one recipient, one thread, headers that calm robots."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from escalate.letter import Letter
from toban.domain.letters import Mailbox, mail_id
from toban.text.plain import one_line

__all__ = ["mail_id", "message_id_of", "to_mime"]

NAME_LIMIT = 60
MESSAGE_ID = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+")
ENCODINGS = {"ja": "base64"}
"""Transfer encodings, quoted-printable elsewhere: both keep lines below 998 octets (RFC 5322)."""


def message_id_of(ses_id: str, region: str) -> str:
    """Return the Message-ID a mail arrives with: SES replaces ours (its guide, header fields)."""
    host = "email" if region == "us-east-1" else region
    return f"{ses_id}@{host}.amazonses.com"


def to_mime(  # noqa: PLR0913, PLR0917 - all that stands on an envelope
    letter: Letter,
    sender: Mailbox,
    recipient: Mailbox,
    mail_id: str,
    incident_id: str,
    thread: str | None,
    at: datetime,
) -> bytes:
    """Return the mail in RFC 5322 form, text and HTML as alternatives.

    All mails of an incident refer to one synthetic root, so they form one thread also where the
    first mail is unknown; `thread` is the Message-ID of the recipient's first mail
    (`message_id_of`) once it has been sent. `at` is aware. Raises ValueError for an address that
    is none.
    """
    message = EmailMessage(policy=SMTP)
    domain = sender.address.rpartition("@")[2]
    message["From"] = _address(sender)
    message["To"] = _address(recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail_id}@{domain}>"
    _join_thread(message, incident_id, domain, thread)
    message["Content-Language"] = letter.locale
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Toban-Mail"] = mail_id
    encoding = ENCODINGS.get(letter.locale, "quoted-printable")
    message.set_content(letter.text, cte=encoding)
    message.add_alternative(letter.html, subtype="html", cte=encoding)
    return message.as_bytes()


def _address(mailbox: Mailbox) -> Address:
    return Address(one_line(mailbox.name, NAME_LIMIT), addr_spec=mailbox.address)


def _join_thread(message: EmailMessage, incident_id: str, domain: str, thread: str | None) -> None:
    if not incident_id:
        return
    root = f"<{incident_id}@{domain}>"
    first = f"<{thread}>" if thread and MESSAGE_ID.fullmatch(thread) else ""
    message["X-Toban-Incident"] = incident_id
    message["In-Reply-To"] = first or root
    message["References"] = f"{root} {first}".strip()
