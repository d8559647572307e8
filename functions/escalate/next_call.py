"""Choose who is called next, or find that the chain is over (clauses P-4 to P-6)."""

from typing import Any

from escalate.phone_chain import PhoneChain
from escalate.telephone import telephone
from toban import clock
from toban.domain.call import CallId
from toban.domain.chain import ATTEMPTS_A_ROUND, STOPPED_IN_MAINTENANCE
from toban.domain.policy import Policy
from toban.store import maintenance, slots

SLOT_MARGIN_SECONDS = 60
"""A call that vanished keeps its slot for so much longer than the longest call."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "callees", "about", "round"}; return {"action", "contact", "attempt",
    "ending"}.

    `action` is "call", "wait" for a free line, or "end"; `ending` says why. Raises
    TelephoneNotConfiguredError.
    """
    chain = PhoneChain.of(event)
    made = chain.made()
    if chain.acknowledged(made):
        return _decision("end", ending="acknowledged")
    if chain.recovered():
        return _decision("end", ending="stopped_recovered")
    if _in_maintenance(chain):
        return _decision("end", ending=STOPPED_IN_MAINTENANCE)
    telephone()
    following = chain.following(made, clock.now())
    if following is None:
        return _decision("end", ending="nobody_reached")
    attempt = following.attempt + (chain.number - 1) * ATTEMPTS_A_ROUND
    call_id = CallId(chain.incident.incident_id, chain.callees, following.contact, attempt)
    action = "call" if _has_line(call_id, chain.incident.policy) else "wait"
    return _decision(action, following.contact, attempt)


def _in_maintenance(chain: PhoneChain) -> bool:
    """Maintenance has begun for all that still fails: nobody is called then (C-5)."""
    server_id, now = chain.incident.server_id, clock.now()
    return bool(chain.about) and all(
        maintenance.covering(server_id, each, now) for each in chain.failing()
    )


def _decision(
    action: str, contact: int = 0, attempt: int = 0, ending: str = ""
) -> dict[str, str | int]:
    return {"action": action, "contact": contact, "attempt": attempt, "ending": ending}


def _has_line(call_id: CallId, policy: Policy) -> bool:
    longest = policy.answer_grace_seconds + policy.ring_seconds + policy.talk_seconds
    seconds = longest + SLOT_MARGIN_SECONDS
    return slots.take(str(call_id), policy.concurrent_calls, clock.now(), seconds)
