"""Phone chains and their calls: a call is on record before it is dialled, and settled once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.exceptions import PutError, UpdateError

from toban.domain.call import Call, Callees, CallId
from toban.domain.call_limits import HangUpReason
from toban.domain.chain import STOPPED_IN_MAINTENANCE
from toban.domain.deferral import of_round
from toban.store.claims import raise_unless_lost
from toban.store.documents import from_document, from_document_or_none, to_document
from toban.store.tables import CallItem, ChainItem


class KeyPressedError(Exception):
    """The call is not over as we saw it: a key was pressed meanwhile."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known of a call: `call` when it is over, `key` when one was pressed, `token` while
    its machine waits for one.
    """

    nonce: str
    contact_id: str = ""
    dialled_at: datetime | None = None
    hung_up: tuple[datetime, HangUpReason] | None = None
    key: str = ""
    token: str = ""
    call: Call | None = None


def open_chain(
    incident_id: str, callees: Callees, about: list[str], token: str, number: int = 1
) -> Any:
    """Note who waits for the chain of a round; return how it ended if it is over already, else
    None.
    """
    item = _chain(incident_id, callees, number)
    item.update([ChainItem.token.set(token), ChainItem.about.set(about)])
    return item.ended


def end_chain(
    incident_id: str, callees: Callees, result: object, number: int = 1
) -> tuple[str, Any]:
    """Note how the chain ended; return the token that waits and the result, the first that was
    noted.
    """
    item = _chain(incident_id, callees, number)
    item.update([ChainItem.ended.set(ChainItem.ended | to_document(result))])
    return item.token or "", item.ended


def ended(incident_id: str, callees: Callees, number: int = 1) -> Any:
    """Return how the chain of a round ended, None while it goes on or before it began."""
    place = _chain(incident_id, callees, number).item
    return next((each.ended for each in _chains(incident_id, callees) if each.item == place), None)


def take_up(incident_id: str, callees: Callees, by: str) -> None:
    """Note who has taken the incident up otherwise than by a key; the first note stands, for every
    round that goes on or follows.
    """
    taken = ChainItem.taken_up_by
    _chain(incident_id, callees, 1).update([taken.set(taken | by)])


def taken_up_by(incident_id: str, callees: Callees) -> str:
    """Return who has taken the incident up otherwise than by a key, "" for nobody."""
    return next(
        (item.taken_up_by for item in _chains(incident_id, callees) if item.taken_up_by), ""
    )


def told_about(incident_id: str, callees: Callees, number: int) -> set[str]:
    """Return what people have been called about to the end in the rounds before the `number`th."""
    return {
        monitor_id
        for item in _chains(incident_id, callees)
        if item.item in {_chain(incident_id, callees, before).item for before in range(1, number)}
        and item.ended is not None
        and item.ended["outcome"] != STOPPED_IN_MAINTENANCE
        for monitor_id in item.about or []
    }


def _chains(incident_id: str, callees: Callees) -> list[ChainItem]:
    starts = ChainItem.item.startswith(f"chain#{callees}")
    return list(ChainItem.query(incident_id, starts, consistent_read=True))


def plan(call_id: CallId, nonce: str) -> Attempt:
    """Put the call on record before it is dialled; a repeated step gets the first one's nonce."""
    item = _item(call_id)
    item.nonce = nonce
    try:
        item.save(CallItem.incident_id.does_not_exist())
    except PutError as error:
        raise_unless_lost(error)
    return attempt(call_id)


def dialled(call_id: CallId, contact_id: str, at: datetime) -> Attempt:
    """Note which contact of Connect the call is; the first note stands."""
    item = _item(call_id)
    item.update(
        [
            CallItem.contact_id.set(CallItem.contact_id | contact_id),
            CallItem.dialled_at.set(CallItem.dialled_at | at),
        ]
    )
    return _attempt(item)


def await_key(call_id: CallId, token: str) -> Attempt:
    """Leave the token that a pressed key completes; a key that came before is in the answer."""
    item = _item(call_id)
    item.update([CallItem.token.set(token)])
    return _attempt(item)


def take_key(call_id: CallId, key: str) -> Attempt | None:
    """Note the pressed key; None when the call is over or another key was pressed before."""
    item = _item(call_id)
    first = CallItem.key.does_not_exist() | (CallItem.key == key)
    condition = CallItem.nonce.exists() & CallItem.document.does_not_exist() & first
    try:
        item.update([CallItem.key.set(key)], condition=condition)
    except UpdateError as error:
        raise_unless_lost(error)
        return None
    return _attempt(item)


def hung_up(call_id: CallId, at: datetime, reason: HangUpReason) -> None:
    """Note that we ended the call ourselves; the first note stands."""
    item = _item(call_id)
    item.update(
        [
            CallItem.hung_up_at.set(CallItem.hung_up_at | at),
            CallItem.hung_up_for.set(CallItem.hung_up_for | reason),
        ]
    )


def settle(call_id: CallId, call: Call, key: str = "") -> Call:
    """Note how the call ended, seen with that key or none; return the first note, which stands.

    Raises KeyPressedError: what a person was told to have been taken must not get lost.
    """
    item = _item(call_id)
    seen = CallItem.key == key if key else CallItem.key.does_not_exist()
    try:
        item.update(
            [CallItem.document.set(CallItem.document | to_document(call))],
            condition=CallItem.document.exists() | seen,
        )
    except UpdateError as error:
        raise_unless_lost(error)
        raise KeyPressedError(str(call_id)) from error
    return from_document(item.document, Call)


def attempt(call_id: CallId) -> Attempt:
    """Return what is known of the call; raises pynamodb's DoesNotExist."""
    written = _item(call_id)
    return _attempt(CallItem.get(written.incident_id, written.item, consistent_read=True))


def attempts(incident_id: str, callees: Callees) -> list[Attempt]:
    """Return the chain's calls in the order in which they were made."""
    starts = CallItem.item.startswith(f"call#{callees}#")
    return [_attempt(item) for item in CallItem.query(incident_id, starts, consistent_read=True)]


def made(incident_id: str, callees: Callees) -> list[Call]:
    """Return the calls of all rounds that are over, by contact and attempt."""
    return [each.call for each in attempts(incident_id, callees) if each.call is not None]


def _chain(incident_id: str, callees: Callees, number: int) -> ChainItem:
    return ChainItem(incident_id, of_round(f"chain#{callees}", number, "#"))


def _item(call_id: CallId) -> CallItem:
    place = f"call#{call_id.callees}#{call_id.contact:02}#{call_id.attempt:02}"
    return CallItem(call_id.incident_id, place)


def _attempt(item: CallItem) -> Attempt:
    reason = item.hung_up_for
    return Attempt(
        nonce=item.nonce,
        contact_id=item.contact_id or "",
        dialled_at=item.dialled_at,
        hung_up=(item.hung_up_at, HangUpReason(reason)) if reason else None,
        key=item.key or "",
        token=item.token or "",
        call=from_document_or_none(item.document, Call),
    )
