"""Read a maintenance window as it stands now: it may have been extended or cancelled."""

import math
from datetime import datetime
from typing import Any

from toban import clock
from toban.domain.identifier import customer_of
from toban.domain.maintenance import Window
from toban.store import ended, maintenance
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"window_id"}; return its times, whether it is over, and the seconds to its end; or that
    it was "forgotten" with its customer, whose contract ended long ago (C-7).

    Raises LookupError for a window that nobody has announced.
    """
    window = maintenance.get(event["window_id"])
    if window is not None:
        return _as_it_stands(window, clock.now())
    if not ended.is_forgotten(customer_of(event["window_id"])):
        raise LookupError(event["window_id"])
    none = dict.fromkeys(("server_id", "starts_at", "ends_at"), "")
    return {"window_id": event["window_id"], **none, "over": True, "forgotten": True, "seconds": 1}


def _as_it_stands(window: Window, now: datetime) -> dict[str, Any]:
    return {
        "window_id": window.window_id,
        "server_id": window.server_id,
        "starts_at": to_document(window.starts_at),
        "ends_at": to_document(window.ends_at),
        "over": not window.is_to_come(now),
        "forgotten": False,
        "seconds": max(1, math.ceil((window.ends_at - now).total_seconds())),
    }
