"""The record: what happened, append-only. Its owner is an incident, or a suspicion that came to
nothing (N-8).
"""

from datetime import datetime

from pynamodb.exceptions import PutError

from toban.domain.record import Event, in_order
from toban.store.claims import raise_unless_lost
from toban.store.documents import to_document
from toban.store.tables import EventItem

__all__ = ["Event", "append", "events"]


def append(owner: str, key: str, at: datetime, event: str, detail: object = None) -> bool:
    """Write an event under a key that is the same each time the step is repeated; the first
    stands.
    """
    item = EventItem(owner, f"event#{key}", at=at, event=event, detail=to_document(detail))
    try:
        item.save(EventItem.incident_id.does_not_exist())
    except PutError as error:
        raise_unless_lost(error)
        return False
    return True


def events(owner: str) -> list[Event]:
    """Return everything that happened, in the order of time, then as things follow from each
    other.
    """
    found = EventItem.query(owner, EventItem.item.startswith("event#"), consistent_read=True)
    told = (Event(e.at, e.event, e.detail, e.item.partition("#")[2]) for e in found)
    return sorted(told, key=in_order)
