"""The condition of each monitor, changed only by claims that exactly one caller wins."""

from datetime import datetime

from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.expressions.condition import Condition as Claim
from pynamodb.expressions.update import Action

from toban.domain.identifier import server_of
from toban.domain.observation import Observation
from toban.domain.transition import Condition, MonitorState
from toban.store.claims import raise_unless_lost
from toban.store.documents import from_document, from_document_or_none, to_document
from toban.store.tables import MonitorStateItem

_KEYS = ["server_id", "item"]


class NotAlertedError(Exception):
    """The monitor is not alerted in the incident."""


def _key(monitor_id: str) -> tuple[str, str]:
    return server_of(monitor_id), f"monitor#{monitor_id}"


def _state(item: MonitorStateItem) -> MonitorState:
    return MonitorState(
        monitor_id=item.monitor_id,
        condition=Condition(item.condition),
        since=item.since,
        shard=item.shard or "",
        first_failed_at=item.first_failed_at,
        incident_id=item.incident_id or "",
        recovery_token=item.recovery_token or "",
        recovery=from_document_or_none(item.recovery, Observation),
        reason=item.reason or "",
    )


def get(monitor_id: str) -> MonitorState | None:
    """Return the monitor's stored state, or None when it has never been anything but OK."""
    try:
        return _state(MonitorStateItem.get(*_key(monitor_id), consistent_read=True))
    except DoesNotExist:
        return None


def unwell(shard: str) -> dict[str, MonitorState]:
    """Return the states of the shard's monitors that are not OK, by monitor id."""
    return {item.monitor_id: _state(item) for item in MonitorStateItem.by_shard.query(shard)}


def of_server(server_id: str) -> list[MonitorState]:
    """Return every stored state of the server's monitors."""
    starts = MonitorStateItem.item.startswith("monitor#")
    return [
        _state(item) for item in MonitorStateItem.query(server_id, starts, consistent_read=True)
    ]


def forget(owner: str) -> None:
    """Delete everything that stands of a server, whatever it tells of, or of a customer."""
    for each in MonitorStateItem.query(owner, consistent_read=True, attributes_to_get=_KEYS):
        MonitorStateItem(owner, each.item).delete()


def as_item(state: MonitorState) -> MonitorStateItem:
    """Return the state as the table keeps it, for a transaction that changes more than the
    state.
    """
    item = MonitorStateItem(*_key(state.monitor_id))
    for name in MonitorState.__slots__:
        setattr(item, name, getattr(state, name) or None)
    item.recovery = to_document(state.recovery)
    return item


def not_alerted() -> Claim:
    """Return the claim of a new alert: at most one alert stands for a monitor (N-7)."""
    condition = MonitorStateItem.condition
    stands = condition.is_in(Condition.ALERTED, Condition.PAUSED)
    claim: Claim = condition.does_not_exist() | ~stands
    return claim


def _put(state: MonitorState, claim: Claim) -> bool:
    try:
        as_item(state).save(claim)
    except PutError as error:
        raise_unless_lost(error)
        return False
    return True


def _quiet() -> Claim:
    condition = MonitorStateItem.condition
    quiet = condition.is_in(Condition.OK, Condition.UNKNOWN, Condition.WITHHELD)
    claim: Claim = condition.does_not_exist() | quiet
    return claim


def suspect(monitor_id: str, shard: str, first_failed_at: datetime, reason: str) -> bool:
    """Claim the first strike: OK or unknown becomes confirming."""
    condition = Condition.CONFIRMING
    state = MonitorState(
        monitor_id, condition, first_failed_at, shard, first_failed_at, reason=reason
    )
    return _put(state, _quiet())


def mark_unknown(monitor_id: str, shard: str, since: datetime, reason: str) -> bool:
    """Claim that nothing can be said of the monitor; a failure under way is not touched."""
    return _put(MonitorState(monitor_id, Condition.UNKNOWN, since, shard, reason=reason), _quiet())


def clear(monitor_id: str, at: datetime, first_failed_at: datetime | None = None) -> bool:
    """Claim that the monitor is well: from unknown, or from the suspicion of `first_failed_at`."""
    item = MonitorStateItem
    was = item.condition == Condition.UNKNOWN
    if first_failed_at is not None:
        was = (item.condition == Condition.CONFIRMING) & (item.first_failed_at == first_failed_at)
    return _put(MonitorState(monitor_id, Condition.OK, at), was)


def recover(state: MonitorState, seen: Observation) -> tuple[str, Observation]:
    """Record the first good check of an alerted monitor; the first stands.

    Returns the token that waits for it, or "" while nobody waits, and that check.
    """
    item = MonitorStateItem(*_key(state.monitor_id))
    recovery = MonitorStateItem.recovery
    try:
        item.update(
            [recovery.set(recovery | to_document(seen))], condition=_alerted_in(state.incident_id)
        )
    except UpdateError as error:
        raise_unless_lost(error)
        return "", seen
    return item.recovery_token or "", from_document(item.recovery, Observation)


def relapse(state: MonitorState) -> bool:
    """Take back a good check that nobody has been told of: the monitor is down again."""
    condition = _alerted_in(state.incident_id) & MonitorStateItem.recovery_token.does_not_exist()
    return _update(state.monitor_id, [MonitorStateItem.recovery.remove()], condition)


def await_recovery(monitor_id: str, incident_id: str, token: str) -> Observation | None:
    """Leave the token that the first good check completes; return that check if it came before.

    Raises NotAlertedError when no alert of this incident stands for the monitor (any more).
    """
    item = MonitorStateItem(*_key(monitor_id))
    actions: list[Action] = [MonitorStateItem.recovery_token.set(token)]
    try:
        item.update(actions, condition=_alerted_in(incident_id))
    except UpdateError as error:
        raise_unless_lost(error)
        raise NotAlertedError(monitor_id) from error
    return from_document_or_none(item.recovery, Observation)


def pause(monitor_id: str, incident_id: str, at: datetime) -> str | None:
    """Claim the pause of an alerted monitor that nobody could be reached for (P-6).

    Returns the token that waits for its recovery, "" when none does, None when it has recovered.
    """
    item = MonitorStateItem(*_key(monitor_id))
    actions: list[Action] = [
        MonitorStateItem.condition.set(Condition.PAUSED),
        MonitorStateItem.since.set(at),
    ]
    down = _alerted_in(incident_id) & MonitorStateItem.recovery.does_not_exist()
    try:
        item.update(actions, condition=down)
    except UpdateError as error:
        raise_unless_lost(error)
        return None
    return item.recovery_token or ""


def is_paused(monitor_id: str, incident_id: str) -> bool:
    """Tell whether the monitor is paused by this incident."""
    state = get(monitor_id)
    paused = state is not None and state.condition is Condition.PAUSED
    return paused and state is not None and state.incident_id == incident_id


def resume(monitor_id: str, incident_id: str, at: datetime) -> bool:
    """Claim the end of a pause (P-7): from here on the normal rule holds."""
    item = MonitorStateItem
    paused = (item.condition == Condition.PAUSED) & (item.incident_id == incident_id)
    return _put(MonitorState(monitor_id, Condition.OK, at), paused)


def withhold(monitor_id: str, shard: str, incident_id: str, at: datetime, reason: str) -> bool:
    """Claim that a confirmed failure is told of by its parent's alert in `incident_id` alone."""
    state = MonitorState(
        monitor_id, Condition.WITHHELD, at, shard, incident_id=incident_id, reason=reason
    )
    return _put(state, not_alerted())


def close(monitor_id: str, incident_id: str, at: datetime) -> bool:
    """Claim the end of the alert: from here on a failure is a new one (N-7)."""
    return _put(MonitorState(monitor_id, Condition.OK, at), _alerted_in(incident_id))


def _alerted_in(incident_id: str) -> Claim:
    item = MonitorStateItem
    claim: Claim = (item.condition == Condition.ALERTED) & (item.incident_id == incident_id)
    return claim


def _update(monitor_id: str, actions: list[Action], condition: Claim) -> bool:
    try:
        MonitorStateItem(*_key(monitor_id)).update(actions, condition=condition)
    except UpdateError as error:
        raise_unless_lost(error)
        return False
    return True
