"""Check, plan and apply a hearing sheet, or end a contract (clauses C-2 to C-7): the operators' way
in.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from contract.contacts_audit import to_note_when_agreed
from contract.enforcement import enforce_due
from contract.handed_in import read
from contract.ownership import refuse_anothers
from contract.proposal import (
    Proposal,
    UntimelyError,
    bounds,
    first_day_without,
    propose,
    start_of,
)
from contract.sheet import Sheet, SheetError
from toban import clock
from toban.catalogue.mistake import Mistake, MistakesError
from toban.domain.coverage import gaps
from toban.domain.identifier import CUSTOMER
from toban.domain.revision import Terms
from toban.holidays import at_the_office, office
from toban.store import contracts, revisions
from toban.store.documents import to_document

STALE = (
    "This plan went stale: something was agreed meanwhile, or its day has passed. Nothing was "
    "applied; plan the sheet again."
)

_TOO_LARGE = "This contract does not fit into one item ({}): hand it in as two customers."


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"action": "plan" | "apply", "sheet" or "end_of", "file", "requested_by", "plan_id",
    "at_once"}.

    Return {"mistakes", "plan", "applied"}: with a mistake nothing has been done at all. "sheet" is
    the text of a hearing sheet ("sheet_base64" a file as it is, also the form), "end_of" a customer
    who gives notice: today or on the day "noticed", by the coming month or that of the day "until".
    With "plan_id" only that very plan is applied.
    """
    return answer_to(event)


def answer_to(
    event: dict[str, Any], is_wished: Callable[[], bool] = lambda: True
) -> dict[str, Any]:
    """Return what the handler returns. A plan is stale, too, when it `is_wished` no longer: asked
    after what stands was read, so that whatever is agreed meanwhile makes it stale as well.
    """
    try:
        proposal = _end(event) if "end_of" in event else _propose(event)
    except (MistakesError, UntimelyError) as error:
        return {"mistakes": str(error).splitlines(), "plan": None, "applied": False}
    answer: dict[str, Any] = {"mistakes": [], "plan": _told(proposal), "applied": False}
    try:
        return _apply(proposal, event, answer, is_wished) if event["action"] == "apply" else answer
    except revisions.TooLargeError as error:
        return {**answer, "mistakes": [_TOO_LARGE.format(error)]}


def _propose(event: dict[str, Any]) -> Proposal:
    sheet = read(event)
    customer_id = sheet.customer.customer_id
    # read first: whatever is agreed to meanwhile makes this plan stale
    standing = revisions.standing(customer_id)
    refuse_anothers(sheet, str(event["file"]))
    day = _day(sheet, standing, event)
    return propose(sheet.terms, standing, revisions.terms_on(customer_id, day), day)


def _day(sheet: Sheet, standing: str, event: dict[str, Any]) -> date:
    """What was agreed in time is not too early when it comes again."""
    try:
        at_once = bool(event.get("at_once"))
        return start_of(sheet, not standing, _now(), office(), at_once=at_once)
    except UntimelyError as error:
        if sheet.start and revisions.fingerprint(sheet.terms) == standing:
            then = revisions.terms_on(sheet.customer.customer_id, sheet.start)
            if then and revisions.fingerprint(then) == standing:
                return sheet.start
        mistake = Mistake(str(event["file"]), sheet.start_at, error.problem, error.mend)
        raise SheetError([mistake]) from None


def _end(event: dict[str, Any]) -> Proposal:
    """Return the plan of an end of contract: the first day without any server (C-7)."""
    customer_id = str(event["end_of"])
    today = _now().date()
    until = _date(event, "until")
    day = first_day_without(_date(event, "noticed") or today, until, today)
    standing = revisions.standing(customer_id) if CUSTOMER.fullmatch(customer_id) else ""
    before = _terms_to_end(customer_id, day) if standing else None
    if before is None:
        raise UntimelyError(f'There is no contract with "{customer_id}".', "Write a customer's id.")
    if until and not before.servers:
        _refuse_later(revisions.agreed_from(customer_id), day)
    return propose(replace(before, servers=()), standing, before, day)


def _refuse_later(ends: date, day: date) -> None:
    if ends < day:
        problem = f"Notice was given already: nothing is watched from {ends} on."
        mend = "To end it later, hand its sheet in again first, which withdraws that notice."
        raise UntimelyError(problem, mend)


def _date(event: dict[str, Any], key: str) -> date | None:
    return date.fromisoformat(event[key]) if event.get(key) else None


def _terms_to_end(customer_id: str, day: date) -> Terms | None:
    """Also what would not have begun by then."""
    return revisions.terms_on(customer_id, day) or revisions.agreed(customer_id)


def _apply(
    proposal: Proposal, event: dict[str, Any], answer: dict[str, Any], is_wished: Callable[[], bool]
) -> dict[str, Any]:
    agreed = event.get("plan_id") or proposal.plan_id
    if proposal.standing == proposal.fingerprint and not proposal.changes_anything:
        enforce_due(_now().date())  # an earlier call may have been cut off before it did
        return {**answer, "applied": True}
    revision = proposal.revision(str(event.get("requested_by", "")), clock.now())
    fits = agreed == proposal.plan_id and is_wished()
    if not fits or not revisions.agree(revision, to_note_when_agreed(revision)):
        return {**answer, "mistakes": [STALE]}
    enforce_due(_now().date())
    return {**answer, "applied": True}


def _told(proposal: Proposal) -> dict[str, Any]:
    customer = proposal.terms.customer
    found = bounds(proposal.terms, contracts.policy())
    return {
        "plan_id": proposal.plan_id,
        "customer_id": customer.customer_id,
        "effective_on": proposal.effective_on.isoformat(),
        "changes_anything": proposal.changes_anything,
        "overrides": proposal.overrides,
        "withdraws_notice": proposal.overrides and _has_notice(customer.customer_id),
        "changes": to_document(proposal.changes),
        "detection_seconds": to_document(found),
        "zone": customer.zone,
        "gaps": [str(each) for each in gaps(customer.contacts, proposal.terms.servers)],
    }


def _has_notice(customer_id: str) -> bool:
    last = revisions.agreed(customer_id)
    return last is not None and not last.servers


def _now() -> datetime:
    """Return the time at the provider's office."""
    return at_the_office(clock.now())
