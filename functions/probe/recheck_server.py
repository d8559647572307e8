"""Check all open alerts of a server again before the next piece of work (clause P-8)."""

from typing import Any

from probe.questions import ask
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"server_id", "monitor_ids"}; return {"observations": [Observation, ...]}."""
    return {"observations": to_document(ask(event["server_id"], event["monitor_ids"]))}
