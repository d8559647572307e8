"""When a monitor could not be judged for a fault of our own, on the record of its server (N-8)."""

from datetime import datetime, timedelta

from toban.domain.availability import Stretch
from toban.domain.identifier import server_of, stamp
from toban.store import record
from toban.store.tables import EventItem

_LOST, _BACK = "sight-lost", "sight-back"
_LONGEST_AGO = timedelta(days=35)
"""A stretch that began earlier is not looked for."""


def lose(monitor_id: str, at: datetime, reason: str) -> None:
    """Note that nothing can be said of the monitor from now on."""
    what = "cannot be judged"
    record.append(server_of(monitor_id), _key(_LOST, monitor_id, at), at, what, {"reason": reason})


def regain(monitor_id: str, at: datetime) -> None:
    """Note that the monitor is seen again, well or not."""
    record.append(server_of(monitor_id), _key(_BACK, monitor_id, at), at, "can be judged again")


def unknown(server_id: str, start: datetime, end: datetime) -> dict[str, list[Stretch]]:
    """Return for each monitor of the server the stretches before `end` in which it was unknown."""
    found: dict[str, list[Stretch]] = {}
    back = _noted(_BACK, server_id, start, end)
    for at, name in _noted(_LOST, server_id, start, end):
        ended = next((then for then, who in back if who == name and then > at), None)
        found.setdefault(name, []).append(Stretch(at, ended))
    return found


def _key(what: str, monitor_id: str, at: datetime) -> str:
    return f"{what}#{stamp(at)}#{monitor_id}"


def _noted(what: str, server_id: str, start: datetime, end: datetime) -> list[tuple[datetime, str]]:
    first, last = (f"event#{what}#{stamp(at)}" for at in (start - _LONGEST_AGO, end))
    found = EventItem.query(server_id, EventItem.item.between(first, last))
    return [(item.at, item.item.rpartition("#")[2]) for item in found]
