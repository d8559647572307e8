"""Incidents and their alerts: who joins which, decided in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from toban.domain.incident import Alert, Incident, in_order_of_work, window_closes_at
from toban.domain.transition import Condition, MonitorState
from toban.store import states
from toban.store.documents import from_document, to_document
from toban.store.tables import AlertItem, IncidentItem, WindowItem, connection

_ATTEMPTS = 5
_LOST = {"ConditionalCheckFailed", "TransactionConflict"}


class AdmissionError(Exception):
    """The alerts could be admitted to no incident because others kept winning the claim; try
    again.
    """


def incident(incident_id: str) -> Incident:
    """Return the incident; raises pynamodb's DoesNotExist."""
    item = IncidentItem.get(incident_id, "incident", consistent_read=True)
    return from_document(item.document, Incident)


def admit(alerts: Sequence[Alert], shard: str, fresh: Incident) -> Incident:
    """Put alerts of one server into its incident that still gathers, else into `fresh`; return
    which it was.

    An alert that already stands keeps its incident: a repeated call changes nothing. Raises
    AdmissionError.
    """
    for _ in range(_ATTEMPTS):
        standing = _standing(alerts)
        new = [alert for alert in alerts if alert.monitor_id not in standing]
        if not new:
            return incident(next(iter(standing.values())))
        target = _gathering(fresh) or fresh
        if _write(new, shard, target, opens=target is fresh):
            return target
    raise AdmissionError(fresh.incident_id)


def _standing(alerts: Sequence[Alert]) -> dict[str, str]:
    found = [states.get(alert.monitor_id) for alert in alerts]
    alerted = [state for state in found if state and state.condition is Condition.ALERTED]
    return {state.monitor_id: state.incident_id for state in alerted}


def _gathering(fresh: Incident) -> Incident | None:
    """Return the server's incident whose window is open at the time that `fresh` would open."""
    if not fresh.duplicate_wait_seconds:
        return None
    try:
        window = WindowItem.get(fresh.server_id, "window", consistent_read=True)
    except DoesNotExist:
        return None
    return incident(window.incident_id) if fresh.opened_at < window.closes_at else None


def _write(alerts: Sequence[Alert], shard: str, target: Incident, *, opens: bool) -> bool:
    try:
        with TransactWrite(connection=connection()) as transaction:
            if opens:
                _open(transaction, target)
            else:
                gathering = IncidentItem.gathering == True  # noqa: E712 - an expression, not a comparison
                transaction.condition_check(
                    IncidentItem, target.incident_id, "incident", condition=gathering
                )
            for alert in alerts:
                _join(transaction, alert, shard, target.incident_id)
    except TransactWriteError as error:
        return _lost(error)
    return True


def _lost(error: TransactWriteError) -> bool:
    codes = {reason.code for reason in error.cancellation_reasons if reason}
    if not codes & _LOST:
        raise error
    return False


def _open(transaction: TransactWrite, fresh: Incident) -> None:
    item = IncidentItem(fresh.incident_id, "incident")
    item.server_id, item.opened_at = fresh.server_id, fresh.opened_at
    item.gathering, item.document = True, to_document(fresh)
    transaction.save(item, condition=IncidentItem.incident_id.does_not_exist())
    if not fresh.duplicate_wait_seconds:
        return
    window = WindowItem(fresh.server_id, "window", incident_id=fresh.incident_id)
    window.closes_at = window_closes_at(fresh.opened_at, fresh.duplicate_wait_seconds)
    over = WindowItem.closes_at.does_not_exist() | (WindowItem.closes_at <= fresh.opened_at)
    transaction.save(window, condition=over)


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


def attempted(incident_id: str) -> set[str]:
    """Return the monitors whose runbook has had its attempt in this incident."""
    found = AlertItem.query(incident_id, AlertItem.item.startswith("alert#"), consistent_read=True)
    return {item.item.partition("#")[2] for item in found if item.attempted}


def mark_attempted(incident_id: str, monitor_ids: Sequence[str]) -> None:
    """Note that the monitors' runbook is having its one attempt."""
    for monitor_id in monitor_ids:
        AlertItem(incident_id, f"alert#{monitor_id}").update([AlertItem.attempted.set(True)])


def close_alert(incident_id: str, monitor_id: str, recovered_at: datetime) -> list[str]:
    """Note the alert's recovery and return the incident's monitors that are still open."""
    item = AlertItem(incident_id, f"alert#{monitor_id}")
    item.update([AlertItem.recovered_at.set(recovered_at)])
    return open_monitors(incident_id)


def open_monitors(incident_id: str) -> list[str]:
    """Return the incident's monitors that have not recovered yet."""
    found = AlertItem.query(incident_id, AlertItem.item.startswith("alert#"), consistent_read=True)
    return [
        item.item.partition("#")[2]
        for item in found
        if not item.attribute_values.get("recovered_at")
    ]


def close(incident_id: str, at: datetime) -> None:
    """Note that the incident is over; the first note stands."""
    item = IncidentItem(incident_id, "incident")
    item.update([IncidentItem.closed_at.set(IncidentItem.closed_at | at)])
