"""Whether a contact's mail address and telephone reach a person, as mails and calls have shown
(N-10). Nobody is mailed or called by it: it is for the operators to read.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from toban.domain.call import Call, Outcome

OURS = "provider"
"""Stands in a customer's place for our own people: operators and engineers."""

SETTLED = timedelta(days=1)
"""A mail that arrives so long after the last trouble ends it: some servers take every mail and
return it later, and their address is not to come and go with each mail.
"""


class Fate(StrEnum):
    """What became of a mail after SES had taken it."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    UNDELIVERED = "undelivered"
    COMPLAINED = "complained"
    DELAYED = "delayed"
    REJECTED = "rejected"
    NOT_RENDERED = "not-rendered"


TROUBLE = frozenset({Fate.BOUNCED, Fate.SUPPRESSED, Fate.UNDELIVERED, Fate.COMPLAINED})
"""Says something of the address: refused for good, not even tried, given up, called spam. The
others say something of the one mail, or are not the last word.
"""

BY_KEY = frozenset({Outcome.ACKNOWLEDGED, Outcome.PASSED_ON})
"""Only a pressed key proves a person."""


@dataclass(frozen=True, slots=True)
class MailEvent:
    """What became of one mail, when; `detail` is what the other side said, shortened."""

    fate: Fate
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ContactHealth:
    """What is known of one contact. `trouble` is None while mails arrive, else what was seen last,
    at `trouble_at`, of a spell that began at `trouble_since` (`recovered_at`: when the last spell
    ended). `answered_at` is the last call in which a key was pressed.
    """

    delivered_at: datetime | None = None
    trouble: Fate | None = None
    trouble_since: datetime | None = None
    trouble_at: datetime | None = None
    trouble_detail: str = ""
    recovered_at: datetime | None = None
    called_at: datetime | None = None
    call_outcome: Outcome | None = None
    answered_at: datetime | None = None

    @property
    def never_reached(self) -> bool:
        """Neither a mail nor a call has ever reached anybody."""
        return self.delivered_at is None and self.answered_at is None

    @property
    def wrong_number(self) -> bool:
        """The last call showed that the telephone number is none."""
        return self.call_outcome is Outcome.INVALID_NUMBER


class ContactNotice(StrEnum):
    """The notice that tells how an address changed."""

    UNREACHABLE = "contact_unreachable"
    REACHED = "contact_reached"


def after_mail(before: ContactHealth, event: MailEvent) -> ContactHealth:
    """Return what is known after the event; events may come twice, late and in any order."""
    if event.fate in TROUBLE:
        return _troubled(before, event)
    if event.fate is not Fate.DELIVERED:
        return before
    last = max(before.delivered_at or event.at, event.at)
    after = replace(before, delivered_at=last)
    if before.trouble_at is None or last < before.trouble_at + SETTLED:
        return after
    return replace(
        after,
        trouble=None,
        trouble_since=None,
        trouble_at=None,
        trouble_detail="",
        recovered_at=event.at,
    )


def _troubled(before: ContactHealth, event: MailEvent) -> ContactHealth:
    if before.delivered_at and before.delivered_at >= event.at + SETTLED:
        return before
    if before.trouble_at and event.at < before.trouble_at:
        return before
    return replace(
        before,
        trouble=event.fate,
        trouble_since=before.trouble_since or event.at,
        trouble_at=event.at,
        trouble_detail=event.detail,
    )


def notice_of(after: ContactHealth, event: MailEvent) -> ContactNotice | None:
    """Return the notice that the event that led to `after` calls for: that a spell began with it,
    or ended.

    The same event, once more, calls for the same; what goes on is not told again.
    """
    if after.trouble_since == event.at and event.fate in TROUBLE:
        return ContactNotice.UNREACHABLE
    recovered = after.trouble is None and after.recovered_at == event.at
    return ContactNotice.REACHED if recovered and event.fate is Fate.DELIVERED else None


def after_call(before: ContactHealth, call: Call) -> ContactHealth:
    """Return what is known after a call that is over; an older call than the last changes
    nothing.
    """
    at = call.dialled_at
    if before.called_at and at < before.called_at:
        return before
    answered = at if call.outcome in BY_KEY else before.answered_at
    return replace(before, called_at=at, call_outcome=call.outcome, answered_at=answered)
