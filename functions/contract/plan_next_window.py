"""Plan the next window of maintenance that comes back, when the one before it is over."""

from typing import Any

from contract.booking import book_next
from toban import clock
from toban.store import maintenance, revisions


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"window_id"} of a window that is over; return {"window_id"} of the next one, or "".

    A server that has left the contract has no further window (C-7).
    """
    window = maintenance.get(event["window_id"])
    rule = maintenance.rule(window.rule_id) if window and window.rule_id else None
    if window is None or rule is None:
        return {"window_id": ""}
    if revisions.has_left(rule.server_id):
        maintenance.end_rule(rule.rule_id)
        return {"window_id": ""}
    now = clock.now()
    following = book_next(rule, max(now, window.ends_at), now, anew=False)
    return {"window_id": following.window_id if following else ""}
