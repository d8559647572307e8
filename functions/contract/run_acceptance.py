"""The acceptance run of a hearing sheet that was agreed: everything is tried once, before its first
day, and a sheet to sign tells how it went (C-8, C-9; N-6).
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from contract.handed_in import read
from contract.sign_off import sign_off
from toban import clock
from toban.catalogue.mistake import MistakesError
from toban.domain.acceptance import Acceptance, AgentMatch, ServerAcceptance
from toban.domain.access import Trial
from toban.domain.observation import Observation
from toban.executions import FunctionFailedError, ask_function
from toban.settings import listed, required
from toban.store import contracts, revisions
from toban.store.documents import from_document, from_document_or_none, to_document

NOT_AGREED = (
    "This sheet was not handed in, or something newer was: hand it in (toban sheet apply) first. "
    "Only what was agreed is tried."
)
_SECONDS = 120
_SERVERS_AT_ONCE = 8


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"sheet" or "sheet_base64", "file"}; return {"mistakes", "passed", "acceptance",
    "sign_off"}: the Acceptance, and the sheet to sign as HTML in the customer's language.

    Nothing is changed on any server, nothing is stored and nobody is told.
    """
    try:
        terms = read(event).terms
    except MistakesError as error:
        return _refused(*str(error).splitlines())
    customer = terms.customer
    if revisions.standing(customer.customer_id) != revisions.fingerprint(terms):
        return _refused(NOT_AGREED)
    with ThreadPoolExecutor(_SERVERS_AT_ONCE) as pool:
        servers = tuple(pool.map(_try, [each.server_id for each in terms.servers]))
    found = Acceptance(customer.customer_id, clock.now(), servers)
    return {
        "mistakes": [],
        "passed": found.passed,
        "acceptance": to_document(found),
        "sign_off": sign_off(found, terms, contracts.policy(), listed("EGRESS_ADDRESSES")),
    }


def _refused(*mistakes: str) -> dict[str, Any]:
    return {"mistakes": list(mistakes), "passed": False, "acceptance": None, "sign_off": ""}


def _try(server_id: str) -> ServerAcceptance:
    event = {"server_id": server_id}
    try:
        probed = ask_function(required("TRY_MONITORS_FUNCTION"), event, _SECONDS)
        entered = ask_function(required("TRY_ACCESS_FUNCTION"), event, _SECONDS)
    except FunctionFailedError as error:
        return ServerAcceptance(server_id, fault=str(error))
    observations = partial(from_document, kind=tuple[Observation, ...])
    return ServerAcceptance(
        server_id=server_id,
        sees=bool(probed["sees"]),
        trial=from_document_or_none(entered["trial"], Trial),
        agent=from_document_or_none(probed["agent"], Observation),
        match=from_document_or_none(probed["match"], AgentMatch),
        observations=observations(probed["observations"]) + observations(entered["observations"]),
        login_line=str(entered["login_line"]),
    )
