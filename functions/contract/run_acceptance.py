"""The acceptance run of a hearing sheet that was agreed: everything is tried once, before its first
day, and a sheet to sign tells how it went (C-8, C-9; N-2, N-6, N-11).
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from contract import sign_off_result
from contract.agreement import NotAgreedError, agreed_terms, run_of, terms_of
from contract.dropped import ACCEPT, WITH_CALL, digest, result_key
from toban import clock
from toban.catalogue.mistake import MistakesError
from toban.domain.acceptance import (
    Acceptance,
    AcceptanceRun,
    AgentMatch,
    ContactAcceptance,
    ServerAcceptance,
    rehearsal,
)
from toban.domain.access import Trial
from toban.domain.call import Callees
from toban.domain.coverage import gaps
from toban.domain.identifier import stamp
from toban.domain.observation import Observation
from toban.domain.revision import Terms
from toban.executions import FunctionFailedError, ask_function, start
from toban.settings import required
from toban.store import acceptances, contracts, intake
from toban.store.documents import from_document, from_document_or_none, to_document

_SECONDS = 120
_SERVERS_AT_ONCE = 24


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"sheet" or "sheet_base64", "file", "call"} of the command line, or {"run"} of a sheet
    that was dropped; return what contract.sign_off_result returns, with "key". With that "key"
    alone, the result of the run is written and returned again, as at the end of its test calls.

    Each contact gets a test mail, and a test call where that is asked for. Nothing is changed on
    any server. A run that is repeated mails and calls nobody twice.
    """
    if "key" in event:
        return {**sign_off_result.write(event["key"]), "key": event["key"]}
    try:
        run, terms = _asked(event)
    except MistakesError as error:
        return _refused(*str(error).splitlines())
    except NotAgreedError as error:
        if "run" in event:  # agreed when it was dropped, and no longer
            sign_off_result.tell(from_document(event["run"], AcceptanceRun), [str(error)])
        return _refused(str(error))
    found = Acceptance(
        customer_id=run.customer_id,
        at=clock.now(),
        servers=_servers(terms),
        contacts=_contacts(run, terms),
        gaps=gaps(terms.customer.contacts, terms.servers),
    )
    intake.save_acceptance(result_key(run.key, "json"), run, found)
    if run.call:
        _call(run)
    return {**sign_off_result.write(run.key), "key": run.key}


def _asked(event: dict[str, Any]) -> tuple[AcceptanceRun, Terms]:
    if "run" in event:
        run = from_document(event["run"], AcceptanceRun)
        return run, terms_of(run)
    terms = agreed_terms(event)
    call, file = bool(event.get("call")), str(event["file"]).rpartition("/")[2]
    version = stamp(clock.now())
    folder = WITH_CALL if call else ACCEPT
    key = f"{folder}/{digest(file + version)}/{file}"
    return run_of(terms, key, version, call=call), terms


def _refused(*mistakes: str) -> dict[str, Any]:
    return {**sign_off_result.NOTHING, "mistakes": list(mistakes)}


def _contacts(run: AcceptanceRun, terms: Terms) -> tuple[ContactAcceptance, ...]:
    """A mail that is owed is sent when the run is repeated, and told as owed when it is not."""
    event = {"customer_id": run.customer_id, "name": run.name}
    try:
        answer = ask_function(required("SEND_TEST_MAILS_FUNCTION"), event, _SECONDS)
    except FunctionFailedError:
        return tuple(ContactAcceptance("owed") for _ in terms.customer.contacts)
    return tuple(ContactAcceptance(str(outcome)) for outcome in answer["outcomes"])


def _call(run: AcceptanceRun) -> None:
    """The calls end by themselves and have the sheet written anew, or are overdue some day."""
    acceptances.note_calls(run, clock.now())
    incident = rehearsal(run, clock.now(), contracts.policy())
    asked = {"callees": Callees.TEST, "about": [], "round": 1, "acceptance": run.key}
    document = {"incident": to_document(incident), **asked}
    start(required("PHONE_CHAIN_MACHINE"), f"{run.name}.{Callees.TEST}", document)


def _servers(terms: Terms) -> tuple[ServerAcceptance, ...]:
    with ThreadPoolExecutor(_SERVERS_AT_ONCE) as pool:
        return tuple(pool.map(_try, [each.server_id for each in terms.servers]))


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
