"""Check all open alerts of a server again before the next piece of work (clause P-8)."""

from typing import Any

from probe.questions import ask
from toban.domain.observation import Observation, Status
from toban.domain.transition import Condition
from toban.executions import complete
from toban.store import states
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"server_id", "monitor_ids"}; return {"observations": [Observation, ...]}.

    A good check here is as good as a regular one: what is well again is not worked on, nobody is
    called for it, and its recovery is told of (catalogue 5.0, guard g4).
    """
    seen = ask(event["server_id"], event["monitor_ids"])
    for observation in seen:
        if observation.status is Status.UP:
            _recover(observation)
    return {"observations": to_document(seen)}


def _recover(seen: Observation) -> None:
    state = states.get(seen.monitor_id)
    if state is None or state.condition is not Condition.ALERTED:
        return
    token, recovery = states.recover(state, seen)
    if token:
        complete(token, {"observation": recovery})
