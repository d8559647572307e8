"""C-8: try the ways into each server once a day, and tell what changed."""

from datetime import datetime
from typing import Any

from respond.credentials import credentials
from respond.trial import try_ways
from toban import clock
from toban.domain.access import (
    AGENT_SILENT,
    SECRET_UNUSABLE,
    AccessState,
    Tried,
    Way,
    WayChange,
    due,
    judge,
)
from toban.domain.contract import Server
from toban.domain.observation import Observation, Reason, Status
from toban.executions import ask_function, invoke_later
from toban.settings import required
from toban.store import access, contracts, maintenance, revisions
from toban.store.documents import from_document, to_document

_AGENT_SECONDS = 40
_KEY_ID = "access-check"
"""What sshd logs of it where we log in by certificate."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"scheduled_at"} of the schedule, with "server_id" when one server was handed on.

    Each of the servers whose share of the day it is has an invocation of its own: none waits for
    another that is slow to answer. Return {"handed_on"} or the changes that were told of.
    """
    at = from_document(event["scheduled_at"], datetime)
    if "server_id" in event:
        return {"told": [each.finding for each in _check(event["server_id"], at)]}
    servers = due(revisions.servers_in_force(), at)
    for server_id in servers:
        invoke_later(required("CHECK_ACCESS_FUNCTION"), {**event, "server_id": server_id})
    return {"handed_on": len(servers)}


def _check(server_id: str, at: datetime) -> tuple[WayChange, ...]:
    server = contracts.server(server_id)
    if maintenance.covering(server_id, "", clock.now()) or not (server.access or server.agent):
        return ()
    state, changes = judge(server_id, access.of_server(server_id), _tried(server), at)
    _tell(state, changes)
    access.keep(state)
    return changes


def _tried(server: Server) -> tuple[Tried, ...]:
    """Return what became of every way; nothing is known while our own side cannot see."""
    tried = try_ways(server, credentials(_KEY_ID)).tried if server.access else ()
    event = {"server_id": server.server_id}
    answer = ask_function(required("ASK_AGENT_FUNCTION"), event, _AGENT_SECONDS)
    if not answer["sees"]:
        return ()
    seen = from_document(answer["agent"], Observation) if answer["agent"] else None
    return (*tried, _agent(seen)) if seen else tried


def _agent(seen: Observation) -> Tried:
    """An agent that keeps silent, or refuses us, is what a changed key looks like; a secret that we
    cannot read is our own fault, and told as that.
    """
    if seen.reason is Reason.SECRET_UNUSABLE:
        return Tried(Way.AGENT, SECRET_UNUSABLE, seen.evidence)
    refused = seen.reason in {Reason.AGENT_SILENT, Reason.AGENT_REFUSED}
    fault = AGENT_SILENT if refused or seen.status is Status.DOWN else ""
    unknown = seen.status is Status.UNKNOWN and not fault
    return Tried(Way.AGENT, fault, f"{seen.reason}: {seen.evidence}" if fault else "", unknown)


def _tell(state: AccessState, changes: tuple[WayChange, ...]) -> None:
    """Tell before it is stored: what is told twice has the same name, and is sent once."""
    if changes:
        told = {"server_id": state.server_id, "at": state.checked_at, "changes": changes}
        invoke_later(required("TELL_OPERATOR_FUNCTION"), {"access": to_document(told)})
