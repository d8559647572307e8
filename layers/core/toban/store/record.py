"""The record: what happened, append-only. Its owner is an incident, or a suspicion that came to
nothing (N-8).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.exceptions import PutError

from toban.store.documents import to_document
from toban.store.tables import EventItem


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when, what, and its particulars."""

    at: datetime
    event: str
    detail: Any


def append(owner: str, key: str, at: datetime, event: str, detail: object = None) -> bool:
    """Write an event under a key that is the same each time the step is repeated; the first
    stands.
    """
    item = EventItem(owner, f"event#{key}", at=at, event=event, detail=to_document(detail))
    try:
        item.save(EventItem.incident_id.does_not_exist())
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def events(owner: str) -> list[Event]:
    """Return everything that happened, in the order of time."""
    found = EventItem.query(owner, EventItem.item.startswith("event#"), consistent_read=True)
    return sorted((Event(e.at, e.event, e.detail) for e in found), key=lambda event: event.at)
