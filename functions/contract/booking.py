"""Puts maintenance in force: stores the window, starts its execution, tells the execution of
changes.
"""

from dataclasses import replace
from datetime import datetime

from contract.maintenance_request import RequestError
from toban.domain.maintenance import Rule, Window
from toban.executions import complete, start
from toban.holidays import is_holiday
from toban.settings import required
from toban.store import maintenance, record

_MOST_REPETITIONS = 9
"""Windows of the same server, monitors and start: one stands, the others were cancelled."""


def book(asked: Window, now: datetime, *, anew: bool) -> Window:
    """Put the window in force and return it; asked for twice it is one window.

    With `anew` a window that was cancelled may be asked for again. Raises RequestError when
    another window with that start is in force.
    """
    for number in range(1, _MOST_REPETITIONS + 1):
        name = asked.window_id if number == 1 else f"{asked.window_id}.{number}"
        window = replace(asked, window_id=name)
        standing = window if maintenance.add(window) else maintenance.get(name) or window
        if standing.is_to_come(now) or not anew:
            break
    else:
        raise RequestError([f"{asked.window_id} was cancelled too often: give another start"])
    if standing.ends_at != asked.ends_at and standing.extended_at is None:
        until = f"{standing.ends_at:%Y-%m-%d %H:%M}Z"
        raise RequestError(
            [f"{name} begins then and ends {until}: extend that window, or cancel it first"]
        )
    _note(standing, "planned", now, "maintenance accepted", asked.requested_by)
    start(required("MAINTENANCE_MACHINE"), name, {"window": _place(standing)})
    return standing


def _place(window: Window) -> dict[str, str]:
    return {"server_id": window.server_id, "window_id": window.window_id}


def _note(window: Window, key: str, at: datetime, event: str, by: str) -> None:
    detail = {"by": by, "starts_at": window.starts_at, "ends_at": window.ends_at}
    record.append(window.window_id, key, at, event, detail)


def book_next(rule: Rule, after: datetime, now: datetime, *, anew: bool) -> Window | None:
    """Put the rule's first window that ends after `after` in force; None when there is none."""
    window = rule.next_window(after, is_holiday)
    return book(window, now, anew=anew) if window else None


def extend(window: Window, ends_at: datetime, now: datetime, by: str) -> Window:
    """Move the end of a window and return it; raises RequestError when it has changed meanwhile."""
    token = maintenance.extend(window.window_id, ends_at, now)
    if token is None:
        raise RequestError([f"{window.window_id} has just been changed: look at it again"])
    longer = replace(window, ends_at=ends_at, extended_at=now)
    _note(longer, f"extended#{ends_at.isoformat()}", now, "maintenance extended", by)
    _tell(token)
    return longer


def cancel(window: Window, now: datetime, by: str) -> Window:
    """End the window now, or before it begins, and return it; cancelled twice it is cancelled."""
    token = maintenance.cancel(window.window_id, now)
    if token is None:
        return maintenance.get(window.window_id) or window
    shorter = replace(window, cancelled_at=now)
    _note(shorter, "cancelled", now, "maintenance cancelled", by)
    _tell(token)
    return shorter


def _tell(token: str) -> None:
    if token:
        complete(token, {"changed": True})
