"""Who is called next (clauses P-4 to P-6): contacts in their order, one round, until a person
presses a key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toban.domain.call import Call, Outcome
from toban.domain.contract import Contact

STOPPED_IN_MAINTENANCE = "stopped_in_maintenance"
"""How a chain ends for which maintenance has begun: it is taken up again afterwards."""

ATTEMPTS_A_ROUND = 10
"""Attempts of the second round of an incident are counted from 10, of the third from 20."""

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
    return None if reached(calls) else next_untried(contacts, calls)


def next_untried(contacts: Sequence[Contact], calls: Sequence[Call]) -> NextCall | None:
    """Return the next call of a test, which calls everybody whoever has answered, or None."""
    for index, contact in enumerate(contacts):
        made = [call for call in calls if call.contact == index]
        if contact.phone and _is_due(made):
            return NextCall(index, len(made))
    return None


def _is_due(made: Sequence[Call]) -> bool:
    congested = all(call.outcome is Outcome.CONGESTED for call in made)
    return congested and len(made) < ATTEMPTS_WHEN_CONGESTED


def calls_of_round(calls: Sequence[Call], number: int) -> list[Call]:
    """Return the calls of one round of an incident, with attempts as if it were the only one."""
    first = (number - 1) * ATTEMPTS_A_ROUND
    return [
        replace(call, attempt=call.attempt - first)
        for call in calls
        if 0 <= call.attempt - first < ATTEMPTS_A_ROUND
    ]
