"""Puts a letter into its envelope: one recipient, one thread, headers that calm robots."""

import re
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from escalate.letter import Letter
from toban.domain.letters import Mailbox
from toban.text.plain import one_line

NAME_LIMIT = 60
LINE_LENGTH = 75
AS_ENCODED = SMTP.clone(refold_source="none")
"""Headers go out as we write them: email.policy would encode ids that are longer than a line, which
no mail program then recognises, and put a long first word of a subject on a line of its own.
"""
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
    """Return the mail in RFC 5322 form, text and HTML as alternatives; pictures are related to the
    HTML (RFC 2387).

    All mails of an incident refer to one synthetic root, so they form one thread also where the
    first mail is unknown; `thread` is the Message-ID of the recipient's first mail
    (`message_id_of`) once it has been sent. `at` is aware. Raises ValueError for an address that
    is none.
    """
    message = EmailMessage(policy=AS_ENCODED)
    domain = sender.address.rpartition("@")[2]
    message.set_raw("From", _address("From", sender))
    message.set_raw("To", _address("To", recipient))
    message.set_raw("Subject", _encoded("Subject", letter.subject))
    message["Date"] = format_datetime(at)
    message.set_raw("Message-ID", f"<{_token(mail_id)}@{domain}>")
    _join_thread(message, incident_id, domain, thread)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_raw("X-Toban-Mail", one_line(mail_id))
    encoding = ENCODINGS.get(letter.locale, "quoted-printable")
    message.set_content(letter.text, cte=encoding)
    message.add_alternative(letter.html, subtype="html", cte=encoding)
    _show_pictures(message, letter)
    for each in letter.enclosures:
        message.add_attachment(each.text, subtype=each.form, filename=each.file, cte="base64")
    message["Content-Language"] = letter.locale
    return message.as_bytes()


def _show_pictures(message: EmailMessage, letter: Letter) -> None:
    if not letter.pictures:
        return
    html = message.get_body(("html",))
    if isinstance(html, EmailMessage):
        for each in letter.pictures:
            name = f"<{each.content_id}>"
            html.add_related(
                each.octets, "image", "png", cid=name, disposition="inline", filename=each.file
            )


def _encoded(header: str, text: str) -> str:
    """Return the text in encoded words of at most 75 signs (RFC 2047), or as it is, folded."""
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, LINE_LENGTH, header).encode()


def _address(header: str, mailbox: Mailbox) -> str:
    name = one_line(mailbox.name, NAME_LIMIT)
    try:
        address = Address(name, addr_spec=mailbox.address)
    except (HeaderParseError, IndexError, ValueError):
        raise ValueError(f"not a mail address: {one_line(mailbox.address)!r}") from None
    if not (mailbox.address.isascii() and address.username and address.domain):
        raise ValueError(f"not a mail address: {one_line(mailbox.address)!r}")
    if name.isascii():
        return formataddr((name, mailbox.address))
    return f"{_encoded(header, name)} <{mailbox.address}>"


def _token(name: str) -> str:
    """Return the name with what a Message-ID may not hold (RFC 5322, dot-atom) as hyphens."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)


def _join_thread(message: EmailMessage, incident_id: str, domain: str, thread: str | None) -> None:
    if not incident_id:
        return
    root = f"<{_token(incident_id)}@{domain}>"
    first = f"<{thread}>" if thread and MESSAGE_ID.fullmatch(thread) else ""
    message.set_raw("X-Toban-Incident", one_line(incident_id))
    message.set_raw("In-Reply-To", first or root)
    message.set_raw("References", f"{root}\n {first}" if first else root)
