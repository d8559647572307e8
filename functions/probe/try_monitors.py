"""The acceptance run: every monitor of a server as it was agreed, probed once (issue of C-2)."""

from typing import Any

from probe.agent_match import match
from probe.shard import observe_all
from probe.vantage import references_answer
from toban import clock
from toban.domain.acceptance import AgentMatch
from toban.domain.check import Check, Kind
from toban.domain.contract import Server
from toban.domain.observation import Status
from toban.secrets import secret
from toban.settings import listed
from toban.store import revisions
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"server_id"}; return {"sees", "observations", "agent", "match"}: whether a reference
    target answers, an Observation of each monitor, one of the agent, None without one, and how it
    compares with the configuration made for it (AgentMatch), None where it does not answer.

    Nothing is stored and nobody is told. Commands of the customer's own are left to who has the
    keys.
    """
    server = revisions.agreed_server(event["server_id"])
    sees = references_answer(listed("REFERENCE_TARGETS"))
    checks = [each.check for each in server.monitors if each.check.kind is not Kind.COMMAND]
    seen = observe_all([*checks, *_agent(server)], {}, secret, clock.now).observations
    agent = seen[len(checks)] if server.agent else None
    return {
        "sees": sees,
        "observations": to_document(seen[: len(checks)]),
        "agent": to_document(agent),
        "match": to_document(_match(server) if agent and agent.status is Status.UP else None),
    }


def _match(server: Server) -> AgentMatch | None:
    return match(server, server.agent, secret(server.agent.secret)) if server.agent else None


def _agent(server: Server) -> list[Check]:
    agent = server.agent
    if agent is None:
        return []
    name = f"{server.server_id}.agent"
    return [Check(name, Kind.AGENT, agent.address, agent.port, agent=agent)]
