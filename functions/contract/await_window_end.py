"""Leave the token that an extension or the cancelling of a window completes."""

from datetime import datetime
from typing import Any

from toban import clock
from toban.executions import complete
from toban.store import maintenance
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"window_id", "ends_at", "token"}; a change that came before completes the token at
    once.
    """
    window = maintenance.await_end(event["window_id"], event["token"])
    known = from_document(event["ends_at"], datetime)
    if window.ends_at == known and window.is_to_come(clock.now()):
        return {"waiting": True}
    complete(event["token"], {"changed": True})
    return {"waiting": False}
