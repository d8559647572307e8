"""What an acceptance run is about: terms that were agreed, and nothing else (decision 0113)."""

from typing import Any

from contract.dropped import digest
from contract.handed_in import read
from toban.domain.acceptance import AcceptanceRun, run_name
from toban.domain.plan import Capability, may
from toban.domain.revision import Terms
from toban.store import revisions

NOT_AGREED = (
    "This sheet was not handed in, or something newer was: hand it in (toban sheet apply) first. "
    "Only what was agreed is tried."
)


class NotAgreedError(Exception):
    """The sheet is not the newest that was agreed; nothing of it may be tried."""


def agreed_terms(event: dict[str, Any]) -> Terms:
    """Return the terms of a handed-in sheet; raises MistakesError or NotAgreedError."""
    terms = read(event).terms
    if revisions.standing(terms.customer.customer_id) != revisions.fingerprint(terms):
        raise NotAgreedError(NOT_AGREED)
    return terms


def terms_of(run: AcceptanceRun) -> Terms:
    """Return the terms that a run was begun for; raises NotAgreedError once others were agreed."""
    terms = revisions.agreed(run.customer_id)
    if terms is None or revisions.fingerprint(terms) != run.fingerprint:
        raise NotAgreedError(NOT_AGREED)
    return terms


def run_of(terms: Terms, key: str, version: str, *, call: bool) -> AcceptanceRun:
    """Return the run for one version of a sheet; nobody is called whose plans have no telephone."""
    customer_id = terms.customer.customer_id
    return AcceptanceRun(
        name=run_name(customer_id, digest(f"{key}\n{version}")),
        customer_id=customer_id,
        fingerprint=revisions.fingerprint(terms),
        key=key,
        version=version,
        call=call and any(may(server.plan, Capability.CALL) for server in terms.servers),
    )
