"""The acceptance run: every monitor of a server as it was agreed, probed once (issue of C-2)."""

from typing import Any

from probe.shard import observe_all
from probe.vantage import references_answer
from toban import clock
from toban.domain.check import Check, Kind
from toban.domain.contract import Server
from toban.secrets import secret
from toban.settings import listed
from toban.store import revisions
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"server_id"}; return {"sees", "observations", "agent"}: whether a reference target
    answers, an Observation of each monitor, and one of the agent, None without one.

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
    }


def _agent(server: Server) -> list[Check]:
    agent = server.agent
    if agent is None:
        return []
    name = f"{server.server_id}.agent"
    return [Check(name, Kind.AGENT, agent.address, agent.port, agent=agent)]
