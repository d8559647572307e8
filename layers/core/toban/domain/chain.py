"""Who is called next (clauses P-4 to P-6): contacts in their order, one round, until a person
presses a key.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from toban.domain.call import Call, Outcome
from toban.domain.contract import Contact

ATTEMPTS_WHEN_CONGESTED = 2
"""A call that found no line was never made; it is tried again once before the next contact."""


@dataclass(frozen=True, slots=True)
class NextCall:
    """Which contact is called, and the how-manieth attempt it is, both from 0."""

    contact: int
    attempt: int


def reached(calls: Sequence[Call]) -> bool:
    """Tell whether a person has acknowledged."""
    return any(call.outcome is Outcome.ACKNOWLEDGED for call in calls)


def next_call(contacts: Sequence[Contact], calls: Sequence[Call]) -> NextCall | None:
    """Return the next call of the chain, or None when it is over.

    A contact without a number is passed over; a congested call is repeated once; nobody is called
    after a person has acknowledged.
    """
    if reached(calls):
        return None
    for index, contact in enumerate(contacts):
        made = [call for call in calls if call.contact == index]
        if contact.phone and _is_due(made):
            return NextCall(index, len(made))
    return None


def _is_due(made: Sequence[Call]) -> bool:
    congested = all(call.outcome is Outcome.CONGESTED for call in made)
    return congested and len(made) < ATTEMPTS_WHEN_CONGESTED
