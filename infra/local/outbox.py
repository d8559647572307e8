"""SES on one machine: every mail becomes an `.eml` file, or goes to an SMTP server.

A mail with the header `X-Toban-Mail` (its deterministic id) is taken once: a repeated call, also
after the process was killed, is answered with the first call's MessageId and writes nothing again.
In between, a file is finished by the repeated call; a relay is repeated with the same Message-ID,
by which a mailbox knows it.
"""

import email
import email.policy
import email.utils
import logging
import re
import smtplib
import threading
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from json import dumps, loads
from pathlib import Path
from typing import Any, Protocol

from moto.core.exceptions import ServiceException
from moto.ses.utils import get_random_message_id
from moto.sesv2.responses import SESV2Response

from infra.local import mail_events
from infra.local.journal import Journal
from infra.local.patches import Patches
from toban.domain.letters import MailKind

_log = logging.getLogger("toban.local")
_REPLACED = re.compile(rb"^(?:message-id|date):.*\n(?:[ \t].*\n)*", re.IGNORECASE | re.MULTILINE)
_KINDS = frozenset(kind.value for kind in MailKind)
_SMTP_TIMEOUT_S = 20
_PERMANENT = 500


class MailServerAwayError(ServiceException):
    """The carrier did not take the mail; SES's word for "try again"."""

    code = "InternalServiceErrorException"
    status_code = 500
    message = "The mail server did not take the mail."


@dataclass(frozen=True)
class Mail:
    """One accepted mail: `data` has SES's Message-ID and Date."""

    data: bytes
    sender: str
    recipients: tuple[str, ...]


class Carrier(Protocol):
    """What takes a mail out of the house."""

    def carry(self, mail: Mail, file_name: str) -> dict[str, str]:
        """Deliver once; return what was said of each recipient who was refused for good. Raises
        MailServerAwayError when it should be tried again.
        """


class MailFolder:
    """Writes `.eml` files whose names sort by rule time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, mail: Mail, file_name: str) -> dict[str, str]:
        """Write the file whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{file_name}.draft"
        draft.write_bytes(mail.data)
        draft.replace(self._folder / file_name)
        return {}


class SmtpRelay:
    """Hands mails to an SMTP server."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    def carry(self, mail: Mail, file_name: str) -> dict[str, str]:
        """Relay; a recipient whom the server refuses for good is a bounce, as with SES, and no
        error.
        """
        try:
            refused = self._hand_over(mail)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerAwayError(
                f"{self._host}:{self._port} did not take the mail: {error}"
            ) from error
        for recipient, (code, reason) in refused.items():
            if code < _PERMANENT:
                raise MailServerAwayError(
                    f"{self._host}:{self._port} put {recipient} off: {reason!r}"
                )
            _log.warning("%s bounced: %s %r", recipient, code, reason)
        return {
            recipient: f"smtp; {code} {reason.decode('utf-8', 'replace')}"
            for recipient, (code, reason) in refused.items()
        }

    def _hand_over(self, mail: Mail) -> dict[str, tuple[int, bytes]]:
        server = smtplib.SMTP(self._host, self._port, timeout=_SMTP_TIMEOUT_S)
        try:
            refused = server.sendmail(mail.sender, list(mail.recipients), mail.data)
            # what goes wrong while saying goodbye must not send the mail again
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            return refused
        finally:
            server.close()


class Outbox:
    """Takes each mail once and has it carried."""

    def __init__(
        self, carriers: list[Carrier], journal: Journal, now: Callable[[], datetime], region: str
    ) -> None:
        self._carriers, self._journal, self._now, self._region = carriers, journal, now, region
        self._lock = threading.Lock()

    def send(
        self,
        data: bytes,
        sender: str,
        recipients: tuple[str, ...],
        message_id: str,
        configuration_set: str = "",
    ) -> str:
        """Send the mail unless it was sent before; returns SES's MessageId of its first sending.
        What became of it is published as the configuration set says.
        """
        headers = email.message_from_bytes(data.partition(b"\n\n")[0], policy=email.policy.compat32)
        mail_id = str(headers.get("X-Toban-Mail") or message_id)
        with self._lock:
            known = self._journal.row(
                "select message_id, file, sent from mails where mail_id = ?", mail_id
            )
            if known and known[2]:
                return str(known[0])
            if known:
                message_id, file_name = str(known[0]), str(known[1])
            else:
                file_name = self._free_name(mail_id, recipients)
                self._journal.write(
                    "insert into mails values (?, ?, ?, 0)", mail_id, message_id, file_name
                )
            refused = self._carry(data, sender, recipients, message_id, file_name)
            self._journal.write("update mails set sent = 1 where mail_id = ?", mail_id)
        for each in recipients:
            said = refused.get(each, "")
            sent = mail_events.AcceptedMail(headers, message_id, each, configuration_set, said)
            mail_events.publish(sent, self._now())
        return message_id

    def _carry(
        self,
        data: bytes,
        sender: str,
        recipients: tuple[str, ...],
        message_id: str,
        file_name: str,
    ) -> dict[str, str]:
        """Have it carried to those who have a mailbox; return what was said of whom."""
        reached = tuple(each for each in recipients if mail_events.arrives(each))
        mail = Mail(self._stamped(data, message_id), sender, reached)
        refused: dict[str, str] = {}
        for carrier in self._carriers if reached else ():
            refused |= carrier.carry(mail, file_name)
        return refused

    def _stamped(self, data: bytes, message_id: str) -> bytes:
        """Return the mail with SES's own Message-ID and Date, everything else untouched."""
        host = "email" if self._region == "us-east-1" else self._region
        date = email.utils.format_datetime(self._now())
        headers, blank, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")
        own = f"Message-ID: <{message_id}@{host}.amazonses.com>\nDate: {date}\n".encode()
        kept = _REPLACED.sub(b"", headers + b"\n").rstrip(b"\n")
        return (own + kept + blank + body).replace(b"\n", b"\r\n")

    def _free_name(self, mail_id: str, recipients: tuple[str, ...]) -> str:
        kind = next((part for part in mail_id.split(".") if part in _KINDS), "mail")
        stem = f"{self._now():%Y%m%dT%H%M%SZ}-{kind}-{recipients[0] if recipients else 'nobody'}"
        safe = re.sub(r"[^A-Za-z0-9@.+_-]", "_", stem)[:120]
        used = {
            str(row[0])
            for row in self._journal.rows("select file from mails where file like ?", f"{safe}%")
        }
        names = (
            f"{safe}{suffix}.eml" for suffix in ["", *(f"-{n}" for n in range(2, len(used) + 3))]
        )
        return next(name for name in names if name not in used)


def install(patches: Patches, outbox: Outbox) -> None:
    """Send what SESv2's SendEmail gets as Raw; moto only keeps it in a list, in memory."""
    original: Any = SESV2Response.send_email

    def send_email(self: Any) -> str:
        request = loads(self.body)
        if "Raw" not in request["Content"]:
            return str(original(self))
        data = b64decode(request["Content"]["Raw"]["Data"])
        destination = request.get("Destination", {})
        asked = [address for kind in _DESTINATIONS for address in destination.get(kind) or ()]
        sender, recipients = _accepted(
            self.sesv2_backend, request.get("FromEmailAddress"), asked, data
        )
        named = str(request.get("ConfigurationSetName") or "")
        message_id = outbox.send(data, sender, recipients, get_random_message_id(), named)
        return dumps({"MessageId": message_id})

    patches.replace(SESV2Response, "send_email", send_email)


_DESTINATIONS = ("ToAddresses", "CcAddresses", "BccAddresses")


def _accepted(
    backend: Any, sender: str | None, asked: list[str], data: bytes
) -> tuple[str, tuple[str, ...]]:
    """Let moto refuse what SES refuses: an unverified sender, an address that is none."""
    headers = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    accepted = backend.send_raw_email(sender, list(asked), f"{headers}\n\n")
    backend.core_backend.sent_messages.remove(accepted)
    addresses = asked or accepted.destinations
    recipients = tuple(dict.fromkeys(email.utils.parseaddr(address)[1] for address in addresses))
    return email.utils.parseaddr(accepted.source)[1], recipients
