"""What happens when a number is called: somebody answers and presses keys, or nobody does."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_RING_S = 60


class Reaction(StrEnum):
    """How a number behaves."""

    ANSWERS = "answers"
    SILENT = "silent"
    REJECTS = "rejects"
    BUSY = "busy"
    INVALID = "invalid"
    CONGESTED = "congested"
    OUT_OF_ORDER = "out_of_order"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`after` counts from the dial, seconds of rule time.

    Whoever answers presses one of `keys` at each prompt of the contact flow, `pause` seconds after
    it has begun, and hangs up `hangs_up_after` seconds after answering. `refusal` is the error
    with which Connect does not even dial.
    """

    kind: Reaction = Reaction.SILENT
    after: float = LONGEST_RING_S
    keys: str = ""
    pause: float = 3.0
    hangs_up_after: float | None = None
    refusal: str = ""

    @property
    def reason(self) -> str:
        """The DisconnectReason of a call that is not taken up."""
        return _REASONS[self.kind]


_REASONS = {
    Reaction.ANSWERS: "CUSTOMER_DISCONNECT",
    Reaction.SILENT: "TELECOM_TIMEOUT",
    Reaction.REJECTS: "TELECOM_UNANSWERED",
    Reaction.BUSY: "TELECOM_BUSY",
    Reaction.INVALID: "TELECOM_NUMBER_INVALID",
    Reaction.CONGESTED: "OTHER",
    Reaction.OUT_OF_ORDER: "TELECOM_PROBLEM",
    Reaction.REFUSED: "",
}
"""Amazon Connect administrator guide, contact records data model, DisconnectReason."""


def answers(
    after: float = 5, keys: str = "", hangs_up_after: float | None = None, pause: float = 3
) -> Behaviour:
    """Return a person: the first key answers the introduction, the next ones the report."""
    return Behaviour(Reaction.ANSWERS, after, keys, pause, hangs_up_after)


def acknowledges(after: float = 5) -> Behaviour:
    """Return a person who listens (1) and confirms (1)."""
    return answers(after, "11")


def passes_on(after: float = 5) -> Behaviour:
    """Return a person who listens (1) and has the next one called (2)."""
    return answers(after, "12")


def hangs_up(after: float = 5, talk: float = 4) -> Behaviour:
    """Return a person who puts the receiver down without a key."""
    return answers(after, hangs_up_after=talk)


def voicemail(after: float = 15) -> Behaviour:
    """Return a voicemail: to Connect it is somebody who answers and presses nothing."""
    return answers(after)


def silent() -> Behaviour:
    """Return a telephone that rings until somebody gives up."""
    return Behaviour()


def rejects(after: float = 8) -> Behaviour:
    """Return a person who rejects the call while it rings."""
    return Behaviour(Reaction.REJECTS, after)


def busy() -> Behaviour:
    """Return an engaged line."""
    return Behaviour(Reaction.BUSY, 3)


def invalid() -> Behaviour:
    """Return a number that is not in use."""
    return Behaviour(Reaction.INVALID, 2)


def congested() -> Behaviour:
    """Return a call over the instance's limit: a fast busy tone and no error of the API."""
    return Behaviour(Reaction.CONGESTED, 1)


def out_of_order() -> Behaviour:
    """Return a fault in the network."""
    return Behaviour(Reaction.OUT_OF_ORDER, 8)


def refused(error: str = "DestinationNotAllowedException") -> Behaviour:
    """Return a number that the instance may not call."""
    return Behaviour(Reaction.REFUSED, 0, refusal=error)
