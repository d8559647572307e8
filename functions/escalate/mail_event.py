"""Reads what SES tells of a mail that it has taken, as EventBridge hands it over.

Source: Amazon SES developer guide, "Contents of event data that Amazon SES publishes". Mails are
known by their own headers: they are in every event, tags are not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from toban.domain.contact_health import Fate, MailEvent
from toban.text.plain import one_line

_KINDS = {
    "Delivery": ("delivery", Fate.DELIVERED),
    "Bounce": ("bounce", Fate.BOUNCED),
    "Complaint": ("complaint", Fate.COMPLAINED),
    "DeliveryDelay": ("deliveryDelay", Fate.DELAYED),
    "Reject": ("reject", Fate.REJECTED),
    "Rendering Failure": ("failure", Fate.NOT_RENDERED),
}
_REASONS = ("bounceSubType", "complaintFeedbackType", "delayType", "reason", "errorMessage")
_SUPPRESSED = frozenset({"Suppressed", "OnAccountSuppressionList"})
_DETAIL, _LONGEST = 200, 1000
_ADDRESS = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")
_QUERY = re.compile(r"(https?://[^\s?]+)\?\S+")


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """An event of the mail `mail_id` in the ledger of `owner`."""

    owner: str
    mail_id: str
    event: MailEvent


def read(detail: Mapping[str, Any]) -> LedgerEvent | None:
    """Return what the event tells, None when it is of a kind or of a mail that is not ours."""
    mail = detail["mail"]
    headers = {str(each["name"]).lower(): str(each["value"]) for each in mail.get("headers", ())}
    owner, mail_id = (_flat(headers.get(f"x-toban-{name}", "")) for name in ("incident", "mail"))
    event = _event(detail)
    return LedgerEvent(owner, mail_id, event) if owner and mail_id and event else None


def _event(detail: Mapping[str, Any]) -> MailEvent | None:
    """A rejection and a failed rendering have no time of their own: they follow the sending."""
    name, fate = _KINDS.get(str(detail["eventType"]), ("", Fate.DELIVERED))
    if not name:
        return None
    part = detail[name]
    at = datetime.fromisoformat(part.get("timestamp") or detail["mail"]["timestamp"])
    return MailEvent(_of_bounce(part) if fate is Fate.BOUNCED else fate, at, _said(part))


def _of_bounce(bounce: Mapping[str, Any]) -> Fate:
    if bounce.get("bounceSubType") in _SUPPRESSED:
        return Fate.SUPPRESSED
    return Fate.BOUNCED if bounce.get("bounceType") == "Permanent" else Fate.UNDELIVERED


def _said(part: Mapping[str, Any]) -> str:
    """Return why, in the words of SES and of the recipient's server."""
    recipients = part.get("bouncedRecipients") or part.get("delayedRecipients") or [{}]
    first: Mapping[str, Any] = recipients[0]  # each mail of ours has one
    why = [*(part.get(name) for name in _REASONS), first.get("diagnosticCode")]
    return one_line(": ".join(_redacted(str(each)) for each in why if each), _DETAIL)


def _redacted(text: str) -> str:
    """A foreign server's words: addresses in them are people's, queries of links may be secrets."""
    return _ADDRESS.sub("(address)", _QUERY.sub(r"\1", one_line(text, _LONGEST)))


def _flat(header: str) -> str:
    """Return the header's value without the line ends that a long one is folded at."""
    return "".join(header.split())
