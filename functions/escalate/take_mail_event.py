"""Take what SES tells of a mail after it has taken it: it arrived, came back, was called spam
(N-10). Nothing that sends or calls waits for this, or asks what it has noted.
"""

from functools import partial
from typing import Any

from escalate.addressee import whose
from escalate.mail_event import LedgerEvent, read
from toban.domain.contact_health import Fate, after_mail, notice_of
from toban.executions import invoke_later
from toban.observability import logger
from toban.settings import required
from toban.store import contact_health, mails, record


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take an event of SES by EventBridge, once or more, late, in any order; return {"fate",
    "finding"}: what became of the mail, and the notice to the operators, "" for none. What is not
    in our ledger of mails is left alone.
    """
    told = read(event["detail"])
    sent = mails.entry(told.owner, told.mail_id) if told else None
    if told is None or sent is None:
        logger.info("an event of a mail that is not ours", extra={"event_id": event.get("id", "")})
        return {"fate": "", "finding": ""}
    _put_on_record(told)
    found = _note(told, sent)
    return {"fate": told.event.fate, "finding": found}


def _put_on_record(told: LedgerEvent) -> None:
    """A mail that arrived is noted with the mail; whatever else became of it is an event."""
    fate, at = told.event.fate, told.event.at
    if fate is Fate.DELIVERED:
        mails.delivered(told.owner, told.mail_id, at)
    else:
        detail = {"mail": told.mail_id, "said": told.event.detail}
        record.append(told.owner, f"mail-{fate}#{told.mail_id}", at, f"mail {fate}", detail)


def _note(told: LedgerEvent, sent: mails.MailEntry) -> str:
    customer_id = whose(sent.customer_id, sent.recipient)
    if not customer_id:
        return ""
    changed = partial(after_mail, event=told.event)
    health = contact_health.change(customer_id, sent.recipient, changed)
    found = notice_of(health, told.event)
    if found:
        contact = {"customer_id": customer_id, "mail": sent.recipient, "event": told.event}
        news = {**contact, "finding": found}
        invoke_later(required("TELL_OPERATOR_FUNCTION"), {"contact": news})
    return found or ""
