"""Incidents and their alerts: who joins which, decided in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition as Claim
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from toban.domain.identifier import incident_id as incident_id_of
from toban.domain.identifier import refuse_foreign, server_of
from toban.domain.incident import Alert, Incident, in_order_of_work, window_closes_at
from toban.domain.observation import Observation
from toban.domain.transition import Condition, MonitorState
from toban.domain.work import Progress
from toban.store import history, states
from toban.store.claims import raise_unless_beaten, raise_unless_lost
from toban.store.documents import from_document, from_document_or_none, to_document
from toban.store.tables import AlertItem, IncidentItem, WindowItem, connection

_ATTEMPTS = 5


class AdmissionError(Exception):
    """The alerts could be admitted to no incident because others kept winning the claim; try
    again.
    """


def incident(incident_id: str) -> Incident:
    """Return the incident; raises pynamodb's DoesNotExist."""
    item = IncidentItem.get(incident_id, "incident", consistent_read=True)
    return from_document(item.document, Incident)


def admit(alerts: Sequence[Alert], shard: str, fresh: Incident) -> Incident:
    """Put alerts of one server into its incident that still gathers, else into `fresh`.

    Returns the incident they are in. An alert that already stands keeps its incident: a repeated
    call changes nothing. Should the second of `fresh` be taken, the next free second names it.
    Raises AdmissionError, and ForeignIdError for an alert of another server.
    """
    refuse_foreign(fresh.server_id, [alert.monitor_id for alert in alerts])
    for later in range(_ATTEMPTS):
        standing = _standing(alerts)
        new = [alert for alert in alerts if alert.monitor_id not in standing]
        if not new:
            return incident(next(iter(standing.values())))
        window = _window(fresh)
        target = _gathering(window, fresh) or _named(fresh, later)
        if _write(new, shard, target, window):
            return target
    raise AdmissionError(fresh.incident_id)


def _standing(alerts: Sequence[Alert]) -> dict[str, str]:
    found = [states.get(alert.monitor_id) for alert in alerts]
    alerted = [state for state in found if state and state.condition is Condition.ALERTED]
    return {state.monitor_id: state.incident_id for state in alerted}


def _named(fresh: Incident, later: int) -> Incident:
    opened_at = fresh.opened_at + timedelta(seconds=later)
    return replace(fresh, incident_id=incident_id_of(fresh.server_id, opened_at))


def _window(fresh: Incident) -> WindowItem | None:
    """Return the server's newest window; a resource alert has none and waits for nobody (N-5)."""
    if not fresh.duplicate_wait_seconds:
        return None
    try:
        return WindowItem.get(fresh.server_id, "window", consistent_read=True)
    except DoesNotExist:
        return None


def _gathering(window: WindowItem | None, fresh: Incident) -> Incident | None:
    """Return the incident of the window that is open at the time that `fresh` would open."""
    if window is None or fresh.opened_at >= window.closes_at:
        return None
    item = IncidentItem.get(window.incident_id, "incident", consistent_read=True)
    return from_document(item.document, Incident) if item.gathering else None


def _write(
    alerts: Sequence[Alert], shard: str, target: Incident, window: WindowItem | None
) -> bool:
    joins = window is not None and window.incident_id == target.incident_id
    try:
        with TransactWrite(connection=connection()) as transaction:
            if joins:
                _hold_open(transaction, target.incident_id)
            else:
                _open(transaction, target, window)
            for alert in alerts:
                _join(transaction, alert, shard, target.incident_id)
    except TransactWriteError as error:
        raise_unless_beaten(error)
        return False
    return True


def _hold_open(transaction: TransactWrite, incident_id: str) -> None:
    gathering = IncidentItem.gathering == True  # noqa: E712 - an expression, not a comparison
    transaction.condition_check(IncidentItem, incident_id, "incident", condition=gathering)


def _open(transaction: TransactWrite, fresh: Incident, before: WindowItem | None) -> None:
    item = IncidentItem(fresh.incident_id, "incident")
    item.server_id, item.opened_at = fresh.server_id, fresh.opened_at
    item.gathering, item.document = True, to_document(fresh)
    transaction.save(item, condition=IncidentItem.incident_id.does_not_exist())
    transaction.save(history.opening(fresh))
    if not fresh.duplicate_wait_seconds:
        return
    window = WindowItem(fresh.server_id, "window", incident_id=fresh.incident_id)
    window.closes_at = window_closes_at(fresh.opened_at, fresh.duplicate_wait_seconds)
    unchanged: Claim = WindowItem.incident_id.does_not_exist()
    if before is not None:
        unchanged = WindowItem.incident_id == before.incident_id
    transaction.save(window, condition=unchanged)


def _join(transaction: TransactWrite, alert: Alert, shard: str, incident_id: str) -> None:
    item = AlertItem(incident_id, f"alert#{alert.monitor_id}", document=to_document(alert))
    transaction.save(item, condition=AlertItem.incident_id.does_not_exist())
    state = MonitorState(
        alert.monitor_id,
        Condition.ALERTED,
        since=alert.confirmed_at,
        shard=shard,
        first_failed_at=alert.first_failed_at,
        incident_id=incident_id,
        reason=alert.observation.reason,
    )
    transaction.save(states.as_item(state), condition=states.not_alerted())


def gather(incident_id: str) -> list[Alert]:
    """Close the window: nobody joins from here on. Return the alerts in the order of work (P-8)."""
    IncidentItem(incident_id, "incident").update([IncidentItem.gathering.set(False)])
    return alerts(incident_id)


def alerts(incident_id: str) -> list[Alert]:
    """Return the incident's alerts in the order of work."""
    found = AlertItem.query(incident_id, AlertItem.item.startswith("alert#"), consistent_read=True)
    return in_order_of_work(from_document(item.document, Alert) for item in found)


def progress(incident_id: str) -> dict[str, Progress]:
    """Return how far the work for each of the incident's alerts has come."""
    found = AlertItem.query(incident_id, AlertItem.item.startswith("alert#"), consistent_read=True)
    return {
        item.item.partition("#")[2]: Progress(
            int(item.attempts), item.settled, item.told_failed, item.tried
        )
        for item in found
    }


def count_attempt(incident_id: str, monitor_ids: Sequence[str]) -> None:
    """Note that work for the monitors begins."""
    for monitor_id in monitor_ids:
        _change(incident_id, monitor_id, AlertItem.attempts.add(1))


def settle(incident_id: str, monitor_ids: Sequence[str]) -> None:
    """Note that the work for the monitors is over."""
    for monitor_id in monitor_ids:
        _change(incident_id, monitor_id, AlertItem.settled.set(True))


def note_told(incident_id: str, monitor_ids: Sequence[str]) -> None:
    """Note that the customer has had a mail that the monitors were not recovered (P-3)."""
    for monitor_id in monitor_ids:
        _change(incident_id, monitor_id, AlertItem.told_failed.set(True))


def note_tried(incident_id: str, monitor_id: str) -> None:
    """Note that the monitor's runbook was carried out and did not help."""
    _change(incident_id, monitor_id, AlertItem.tried.set(True))


def drop_alert(incident_id: str, monitor_id: str) -> None:
    """Take an alert back of which nobody has been told; the record keeps what happened."""
    _alert(incident_id, monitor_id).delete()


def _alert(incident_id: str, monitor_id: str) -> AlertItem:
    """Return the item of an alert to change it; raises ForeignIdError for another server's."""
    refuse_foreign(server_of(incident_id), [monitor_id])
    return AlertItem(incident_id, f"alert#{monitor_id}")


def _change(incident_id: str, monitor_id: str, action: Action) -> None:
    """Change an alert; one that was taken back meanwhile does not come back as half an item."""
    try:
        _alert(incident_id, monitor_id).update([action], condition=AlertItem.document.exists())
    except UpdateError as error:
        raise_unless_lost(error)


def close_alert(incident_id: str, monitor_id: str, recovery: Observation) -> None:
    """Note the good check that ended the alert; the first note stands."""
    noted = AlertItem.recovery
    refuse_foreign(server_of(incident_id), [recovery.monitor_id])
    _change(incident_id, monitor_id, noted.set(noted | to_document(recovery)))


def recoveries(incident_id: str) -> dict[str, Observation | None]:
    """Return the good check that ended each of the incident's alerts; None while there is none."""
    found = AlertItem.query(incident_id, AlertItem.item.startswith("alert#"), consistent_read=True)
    return {
        item.item.partition("#")[2]: from_document_or_none(item.recovery, Observation)
        for item in found
    }


def await_recovered(incident_id: str, token: str) -> bool:
    """Leave the token that the last recovery completes; False when all alerts are well already."""
    item = IncidentItem(incident_id, "incident")
    item.update([IncidentItem.progress_token.set(token)])
    return not all(recoveries(incident_id).values())


def recovered_token(incident_id: str) -> str:
    """Return the token to complete when every alert has recovered, or "" before or without one."""
    if not all(recoveries(incident_id).values()):
        return ""
    item = IncidentItem.get(incident_id, "incident", consistent_read=True)
    return item.progress_token or ""


def is_open(incident_id: str) -> bool:
    """Tell whether the incident is still going on."""
    item = IncidentItem.get(incident_id, "incident", consistent_read=True)
    return item.attribute_values.get("closed_at") is None


def close(incident_id: str, at: datetime) -> None:
    """Note that the incident is over; the first note stands."""
    item = IncidentItem(incident_id, "incident")
    item.update([IncidentItem.closed_at.set(IncidentItem.closed_at | at)])
    history.note_closed(incident_id, at)
