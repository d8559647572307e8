"""Read a maintenance window as it stands now: it may have been extended or cancelled."""

import math
from typing import Any

from toban import clock
from toban.store import maintenance
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"window_id"}; return its times, whether it is over, and the seconds to its end."""
    window = maintenance.get(event["window_id"])
    if window is None:
        raise LookupError(event["window_id"])
    now = clock.now()
    return {
        "window_id": window.window_id,
        "server_id": window.server_id,
        "starts_at": to_document(window.starts_at),
        "ends_at": to_document(window.ends_at),
        "over": not window.is_to_come(now),
        "seconds": max(1, math.ceil((window.ends_at - now).total_seconds())),
    }
