"""The result of an acceptance run: the sheet to sign, beside the sheet that it is of, and in a mail
to the operators once everything is known (decision 0136).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from contract.acceptance_words import told
from contract.agreement import NotAgreedError, terms_of
from contract.dropped import digest, result_key
from contract.result_mail import tell_result
from contract.sign_off import sign_off
from toban import clock
from toban.domain.acceptance import (
    LONGEST_CALLS,
    Acceptance,
    AcceptanceRun,
    CallState,
    ContactAcceptance,
)
from toban.domain.call import Call, Callees
from toban.domain.contract import Contact
from toban.settings import listed
from toban.store import calls, contracts, intake, revisions
from toban.store.documents import to_document

NOTHING: dict[str, Any] = {
    "mistakes": [],
    "waits": False,
    "passed": False,
    "acceptance": None,
    "sign_off": "",
}


def write(key: str) -> dict[str, Any]:
    """Write the result for the sheet under the key; return {"mistakes", "waits", "passed",
    "acceptance", "sign_off"}: the Acceptance, and the sheet to sign as HTML in the customer's
    language. Raises LookupError where there was no run.

    While test calls are under way ("waits") nobody is mailed; after LONGEST_CALLS they have died.
    Written again, it is the same.
    """
    run, found = intake.acceptance(result_key(key, "json"))
    try:
        terms = terms_of(run)
    except NotAgreedError as error:
        tell(run, [str(error)])
        return {**NOTHING, "mistakes": [str(error)]}
    found = _with_calls(run, found, terms.customer.contacts)
    since = revisions.agreed_from(run.customer_id)
    page = sign_off(found, terms, since, contracts.policy(), listed("EGRESS_ADDRESSES"))
    intake.save_page(result_key(run.key, "html"), page.encode(), "text/html; charset=utf-8")
    if not found.waits:
        tell(run, list(told(found)), result_key(run.key, "html"))
    return {
        "mistakes": [],
        "waits": found.waits,
        "passed": found.passed,
        "acceptance": to_document(found),
        "sign_off": page,
    }


def tell(run: AcceptanceRun, lines: list[str], enclosed: str = "") -> None:
    """Answer the sheet of a run; the mail goes first, as with every result (decision 0121)."""
    result = result_key(run.key)
    tell_result(f"{digest(run.key)}.{digest(run.version)}", result, lines, enclosed)
    intake.save(result, "\n".join(lines) + "\n", run.version)


def _with_calls(run: AcceptanceRun, found: Acceptance, contacts: tuple[Contact, ...]) -> Acceptance:
    if not run.call:
        return found
    ended = calls.ended(run.name, Callees.TEST)
    made = {each.contact: each for each in calls.made(run.name, Callees.TEST)}
    if ended is None and clock.now() < found.at + timedelta(seconds=LONGEST_CALLS):
        parts = [replace(each, call=CallState.UNDER_WAY) for each in found.contacts]
    else:
        parts = [
            replace(each, call=_call(made.get(place), contacts[place], ended))
            for place, each in enumerate(found.contacts)
        ]
    return replace(found, contacts=tuple[ContactAcceptance, ...](parts))


def _call(made: Call | None, contact: Contact, ended: Any) -> str:
    """Calls are listed by attempt: the last one of a contact counts."""
    if made is not None:
        return made.outcome
    if ended is None:
        return CallState.NOT_ENDED
    outside = contact.hours and not ended["reason"]
    return CallState.OUTSIDE_HOURS if outside else CallState.NOT_MADE
