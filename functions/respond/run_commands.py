"""M-3: run the commands that customers watch their servers by, and judge what they say."""

from typing import Any

from respond.commands import run
from respond.credentials import credentials
from toban import clock
from toban.domain.observation import Observation
from toban.store import contracts
from toban.store.documents import to_document

_KEY_ID = "commands"
"""What sshd logs of a login by certificate; one for an incident has the incident's id."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"server_id", "monitor_ids"}; return {"observations": [Observation, ...]}.

    What is run stands in the contract, never in the event; a monitor that the contract no longer
    has is left out.
    """
    server = contracts.server(event["server_id"])
    wanted = set(event["monitor_ids"])
    monitors = [each for each in server.monitors if each.monitor_id in wanted]
    seen: list[Observation] = run(server, monitors, credentials(_KEY_ID), clock.now)
    return {"observations": to_document(seen)}
