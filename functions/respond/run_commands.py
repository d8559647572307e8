"""M-3: run the commands that customers watch their servers by, and judge what they say."""

from typing import Any

from respond.commands import run
from toban import clock
from toban.domain.observation import Observation
from toban.secrets import secret
from toban.store import contracts
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"server_id", "monitor_ids"}; return {"observations": [Observation, ...]}.

    What is run stands in the contract, never in the event; a monitor that the contract no longer
    has is left out.
    """
    server = contracts.server(event["server_id"])
    wanted = set(event["monitor_ids"])
    monitors = [each for each in server.monitors if each.monitor_id in wanted]
    seen: list[Observation] = run(server, monitors, secret, clock.now)
    return {"observations": to_document(seen)}
