"""The right to work on a server: one incident at a time, the most urgent next (clause P-8).

A turn expires, so that a worker that vanished blocks nobody, and carries a fence, a number that
only grows, so that a worker who was slow finds out that the turn is no longer his.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action

from toban.store.claims import raise_unless_lost
from toban.store.tables import TurnItem, WaiterItem


def take(server_id: str, incident_id: str, at: datetime, seconds: int) -> int | None:
    """Claim the turn until `at` + `seconds`; return its fence, or None while another incident has
    it.
    """
    free = TurnItem.incident_id.does_not_exist() | (TurnItem.incident_id == incident_id)
    actions: list[Action] = [
        TurnItem.incident_id.set(incident_id),
        TurnItem.expires_at.set(at + timedelta(seconds=seconds)),
        TurnItem.fence.add(1),
    ]
    item = TurnItem(server_id, "turn")
    try:
        item.update(actions, condition=free | (TurnItem.expires_at <= at))
    except UpdateError as error:
        raise_unless_lost(error)
        return None
    return int(item.fence)


def preempt(server_id: str, incident_id: str, at: datetime, seconds: int) -> int:
    """Take the turn from whoever has it: the server itself is gone, other work on it is void."""
    item = TurnItem(server_id, "turn")
    expires_at = at + timedelta(seconds=seconds)
    item.update(
        [
            TurnItem.incident_id.set(incident_id),
            TurnItem.expires_at.set(expires_at),
            TurnItem.fence.add(1),
        ]
    )
    return int(item.fence)


def renew(server_id: str, incident_id: str, fence: int, until: datetime) -> bool:
    """Keep the turn until a later time; False when it has passed to another."""
    held = (TurnItem.incident_id == incident_id) & (TurnItem.fence == fence)
    try:
        TurnItem(server_id, "turn").update([TurnItem.expires_at.set(until)], condition=held)
    except UpdateError as error:
        raise_unless_lost(error)
        return False
    return True


def holds(server_id: str, incident_id: str, fence: int) -> bool:
    """Tell whether the turn with this fence is still the incident's; asked right before a
    change.
    """
    try:
        item = TurnItem.get(server_id, "turn", consistent_read=True)
    except DoesNotExist:
        return False
    return bool(item.incident_id == incident_id and int(item.fence) == fence)


def queue(server_id: str, incident_id: str, priority: int, since: datetime, token: str) -> None:
    """Wait for the turn; a repeated call replaces the token, the one before it has timed out."""
    waiter = WaiterItem(server_id, f"waiter#{incident_id}", incident_id=incident_id)
    waiter.priority, waiter.since, waiter.token = priority, since, token
    waiter.save()


def leave_queue(server_id: str, incident_id: str) -> None:
    """Wait no longer."""
    WaiterItem(server_id, f"waiter#{incident_id}").delete()


def waiting(server_id: str) -> list[WaiterItem]:
    """Return who waits, the most urgent first, ties in the order of arrival."""
    found = WaiterItem.query(server_id, WaiterItem.item.startswith("waiter#"), consistent_read=True)
    return sorted(found, key=lambda waiter: (waiter.priority, waiter.since))


def release(server_id: str, incident_id: str) -> None:
    """Give the turn back; nothing happens when it has passed to another already."""
    actions: list[Action] = [TurnItem.incident_id.remove(), TurnItem.expires_at.remove()]
    try:
        TurnItem(server_id, "turn").update(actions, condition=TurnItem.incident_id == incident_id)
    except UpdateError as error:
        raise_unless_lost(error)


def pass_on(server_id: str, at: datetime, seconds: int, wake: Callable[[str, int], bool]) -> str:
    """Hand the free turn to the most urgent waiter whose `wake(token, fence)` succeeds; return who,
    or "".
    """
    for waiter in waiting(server_id):
        fence = take(server_id, waiter.incident_id, at, seconds)
        if fence is None:
            return ""
        leave_queue(server_id, waiter.incident_id)
        if wake(waiter.token, fence):
            return str(waiter.incident_id)
        release(server_id, waiter.incident_id)
    return ""
