"""Our own limit of concurrent calls: so many slots, each with an expiry.

Amazon Connect answers a call over its limit with a fast busy tone and no error, so we do not come
near it.
"""

from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from toban.store.claims import raise_unless_lost
from toban.store.tables import SlotItem

_OWNER = "telephone"


def take(call_id: str, slots: int, at: datetime, seconds: int) -> bool:
    """Claim one of so many slots until `at` + `seconds`; False when none is free.

    A call that has a slot keeps it, however often it asks.
    """
    held = {str(slot.item): slot for slot in _held(at)}
    if any(slot.call_id == call_id for slot in held.values()):
        return True
    names = [f"slot#{number:03}" for number in range(slots)]
    return any(_claim(name, call_id, at, seconds) for name in names if name not in held)


def release(call_id: str, at: datetime) -> None:
    """Give the call's slot back; nothing happens when it has none any more."""
    for slot in _held(at):
        if slot.call_id == call_id:
            _give_back(str(slot.item), call_id, at)


def _held(at: datetime) -> list[SlotItem]:
    found = SlotItem.query(_OWNER, SlotItem.item.startswith("slot#"), consistent_read=True)
    return [slot for slot in found if slot.expires_at > at]


def _claim(name: str, call_id: str, at: datetime, seconds: int) -> bool:
    item = SlotItem(_OWNER, name)
    free = SlotItem.call_id.does_not_exist() | (SlotItem.expires_at <= at)
    until = at + timedelta(seconds=seconds)
    actions: list[Action] = [
        SlotItem.call_id.set(call_id),
        SlotItem.expires_at.set(until),
        SlotItem.kept_until.set(until),
    ]
    try:
        item.update(actions, condition=free)
    except UpdateError as error:
        raise_unless_lost(error)
        return False
    return True


def _give_back(name: str, call_id: str, at: datetime) -> None:
    item = SlotItem(_OWNER, name)
    try:
        item.update([SlotItem.expires_at.set(at)], condition=SlotItem.call_id == call_id)
    except UpdateError as error:
        raise_unless_lost(error)
