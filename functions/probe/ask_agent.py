"""C-8: does the agent of a server answer, and can we ourselves see."""

from typing import Any

from probe.shard import observe_all
from probe.vantage import references_answer
from toban import clock
from toban.domain.check import Agent, Check, Kind
from toban.domain.observation import Observation
from toban.secrets import secret
from toban.settings import listed
from toban.store import contracts
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"server_id"}; return {"sees", "agent"}: whether a reference target answers, and the
    Observation of the agent, None for a server without one.
    """
    agent = contracts.server(event["server_id"]).agent
    seen = _ask(event["server_id"], agent) if agent else None
    sees = references_answer(listed("REFERENCE_TARGETS"))
    return {"sees": sees, "agent": to_document(seen)}


def _ask(server_id: str, agent: Agent) -> Observation:
    check = Check(f"{server_id}.agent", Kind.AGENT, agent.address, agent.port, agent=agent)
    return observe_all([check], {}, secret, clock.now).observations[0]
