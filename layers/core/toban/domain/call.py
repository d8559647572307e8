"""What became of a telephone call (clauses P-4, P-5): only a pressed key proves a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KEY_ACKNOWLEDGE = "1"
KEY_PASS_ON = "2"  # noqa: S105 - a key on a telephone


class Callees(StrEnum):
    """Whose telephones a chain calls: the customer's contacts or the provider's engineers (M-1), or
    all contacts as a test, before the first day.
    """

    CONTACTS = "contacts"
    ENGINEERS = "engineers"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class CallId:
    """Which call: the same one however often its steps are run. Contact and attempt from 0."""

    incident_id: str
    callees: Callees
    contact: int
    attempt: int

    def __str__(self) -> str:
        """Return the form that is handed to Connect and back, e.g.
        acme.web01.20261123T100500Z.contacts.0.0.
        """
        return f"{self.incident_id}.{self.callees}.{self.contact}.{self.attempt}"

    @classmethod
    def parse(cls, text: str) -> "CallId":
        """Read what __str__ wrote; raises ValueError."""
        incident_id, callees, contact, attempt = text.rsplit(".", 3)
        return cls(incident_id, Callees(callees), int(contact), int(attempt))


class Outcome(StrEnum):
    """How a call ended; only the first ends the chain for a person's sake."""

    ACKNOWLEDGED = "acknowledged"
    PASSED_ON = "passed_on"
    ANSWERED_NO_KEY = "answered_no_key"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    INVALID_NUMBER = "invalid_number"
    CARRIER_ERROR = "carrier_error"
    CONGESTED = "congested"
    STOPPED_RECOVERED = "stopped_recovered"
    STOPPED_TAKEN_UP = "stopped_taken_up"


RANG = frozenset(Outcome) - {Outcome.INVALID_NUMBER, Outcome.CARRIER_ERROR, Outcome.CONGESTED}
"""Calls that the telephone network took, whether anybody answered or not."""

REASONS: dict[str, Outcome] = {
    "TELECOM_BUSY": Outcome.BUSY,
    "TELECOM_NUMBER_INVALID": Outcome.INVALID_NUMBER,
    "TELECOM_UNANSWERED": Outcome.NO_ANSWER,
    "TELECOM_TIMEOUT": Outcome.NO_ANSWER,
    "TELECOM_ORIGINATOR_CANCEL": Outcome.NO_ANSWER,
    "CUSTOMER_NEVER_ARRIVED": Outcome.NO_ANSWER,
    "TELECOM_POTENTIAL_BLOCKING": Outcome.CARRIER_ERROR,
    "TELECOM_PROBLEM": Outcome.CARRIER_ERROR,
}
"""DisconnectReason of a call that nobody took up.

Source: Amazon Connect administrator guide, contact records data model.
"""

CONGESTION = timedelta(seconds=5)
"""A call over our limit of concurrent calls ends at once with a fast busy tone and no API error."""


@dataclass(frozen=True, slots=True)
class CallProgress:
    """What DescribeContact says of a call, and the key that the contact flow reported, or ""."""

    dialled_at: datetime
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    key: str = ""

    @property
    def is_ringing(self) -> bool:
        """Nobody has taken the call up and it has not ended."""
        return self.connected_at is None and self.ended_at is None


def outcome_of(progress: CallProgress) -> Outcome | None:
    """Return the outcome, or None while the call rings or somebody may still press a key.

    A voicemail that takes the call up looks exactly like a person who presses nothing.
    """
    if progress.key == KEY_ACKNOWLEDGE:
        return Outcome.ACKNOWLEDGED
    if progress.key == KEY_PASS_ON:
        return Outcome.PASSED_ON
    if progress.ended_at is None:
        return None
    return (
        Outcome.ANSWERED_NO_KEY if progress.connected_at else _untaken(progress, progress.ended_at)
    )


def _untaken(progress: CallProgress, ended_at: datetime) -> Outcome:
    outcome = REASONS.get(progress.reason, Outcome.CARRIER_ERROR)
    quick = ended_at - progress.dialled_at < CONGESTION
    return Outcome.CONGESTED if quick and outcome is Outcome.CARRIER_ERROR else outcome


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt to reach one contact, on the incident's record; the number is masked.

    `contact` counts from 0 in the registered order, `attempt` from 0 for this contact.
    """

    contact: int
    attempt: int
    name: str
    number: str
    dialled_at: datetime
    outcome: Outcome
    ring_seconds: int = 0
    talk_seconds: int = 0


def masked(number: str) -> str:
    """Return a number for the record: country code and the last four digits stay readable."""
    return f"{number[:3]}{'*' * max(0, len(number) - 7)}{number[-4:]}"
