"""The incidents of a server in the order of time: one short item for each, beside the incidents."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError

from toban.domain.identifier import server_of, stamp
from toban.domain.incident import Incident
from toban.store.claims import raise_unless_lost
from toban.store.tables import ServerIncidentItem

_LONGEST_AGO = timedelta(days=35)
"""An incident that has gone on for longer is not looked for."""


@dataclass(frozen=True, slots=True)
class Past:
    """An incident from its opening to its end; None while it goes on."""

    incident_id: str
    opened_at: datetime
    closed_at: datetime | None


def opening(fresh: Incident) -> ServerIncidentItem:
    """Return the item to be written together with the incident."""
    item = ServerIncidentItem(fresh.server_id, f"incident#{fresh.incident_id}")
    item.opened_at = fresh.opened_at
    return item


def note_closed(incident_id: str, at: datetime) -> None:
    """Note that the incident is over; the first note stands. One that was opened before there was
    such an item has none.
    """
    item = ServerIncidentItem(server_of(incident_id), f"incident#{incident_id}")
    closed = ServerIncidentItem.closed_at
    try:
        item.update([closed.set(closed | at)], condition=ServerIncidentItem.opened_at.exists())
    except UpdateError as error:
        raise_unless_lost(error)


def between(server_id: str, start: datetime, end: datetime) -> list[Past]:
    """Return the server's incidents that were open at any time from `start` to `end`, the earliest
    first.
    """
    first = f"incident#{server_id}.{stamp(start - _LONGEST_AGO)}"
    wanted = ServerIncidentItem.item.between(first, f"incident#{server_id}.{stamp(end)}")
    found = ServerIncidentItem.query(server_id, wanted)
    past = [Past(each.item.partition("#")[2], each.opened_at, each.closed_at) for each in found]
    return [each for each in past if each.closed_at is None or each.closed_at > start]
