"""Open an incident for confirmed failures of one server, or join the one whose window is open."""

from typing import Any

from toban import clock
from toban.domain.dependency import withheld_by
from toban.domain.identifier import incident_id
from toban.domain.incident import Incident
from toban.domain.suspicion import Suspicion
from toban.domain.transition import Condition
from toban.executions import start
from toban.settings import required
from toban.store import contracts, incidents, maintenance, rails, record, states
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"suspicions": [Suspicion, ...]} of one server; return the incident, "" when all are in
    maintenance, paused or told of by another alert, and whether it was joined.
    """
    found = from_document(event["suspicions"], list[Suspicion])
    suspicions = [each for each in found if not _left_alone(each)]
    if not suspicions:
        return {"incident_id": "", "joined": False}
    rails.note_failing_server(suspicions[0].server_id, clock.now())
    fresh = _fresh(suspicions)
    target = _admit(suspicions, fresh)
    start(required("INCIDENT_MACHINE"), target.incident_id, {"incident": target})
    return {"incident_id": target.incident_id, "joined": target.incident_id != fresh.incident_id}


def _left_alone(suspicion: Suspicion) -> bool:
    return _paused(suspicion) or _in_maintenance(suspicion) or _withheld(suspicion)


def _paused(suspicion: Suspicion) -> bool:
    """Drop what a confirmation that was repeated says of a monitor that is paused by now (P-6)."""
    state = states.get(suspicion.monitor_id)
    if state is None or state.condition is not Condition.PAUSED:
        return False
    what = "paused, nothing sent"
    record.append(suspicion.name, "ended", clock.now(), what, suspicion.observation)
    return True


def _in_maintenance(suspicion: Suspicion) -> bool:
    """Drop a failure in announced maintenance (C-5); an alert that stands already is past that."""
    now, monitor_id = clock.now(), suspicion.monitor_id
    window = maintenance.covering(suspicion.server_id, monitor_id, now)
    if window is None:
        return False
    state = states.get(monitor_id)
    if state and state.condition is Condition.ALERTED:
        return False
    maintenance.note_failing(window, suspicion.observation)
    states.clear(monitor_id, now, suspicion.first_failed_at)
    what = "in maintenance, nothing sent"
    record.append(suspicion.name, "ended", now, what, suspicion.observation)
    return True


def _withheld(suspicion: Suspicion) -> bool:
    """Leave a failure to the alert of what it depends on: a dead host is told of once."""
    server, now = contracts.server(suspicion.server_id), clock.now()
    standing = {
        state.monitor_id: state.incident_id
        for state in states.of_server(suspicion.server_id)
        if state.condition is Condition.ALERTED
    }
    parent = withheld_by(server.monitor(suspicion.monitor_id), standing.keys())
    if not parent or suspicion.monitor_id in standing:
        return False
    incident_id, seen = standing[parent], suspicion.observation
    states.withhold(suspicion.monitor_id, suspicion.shard, incident_id, now, seen.reason)
    key, what = f"withheld#{suspicion.monitor_id}", f"withheld: told of by {parent}"
    record.append(incident_id, key, now, what, seen)
    record.append(suspicion.name, "ended", now, what, seen)
    return True


def _fresh(suspicions: list[Suspicion]) -> Incident:
    """Return the incident that would be opened: repeated calls derive the same one."""
    first = suspicions[0]
    server = contracts.server(first.server_id)
    opened_at = max(suspicion.observation.observed_at for suspicion in suspicions)
    return Incident(
        incident_id=incident_id(first.server_id, opened_at),
        customer_id=server.customer_id,
        server_id=server.server_id,
        plan=server.plan,
        opened_at=opened_at,
        duplicate_wait_seconds=first.profile.duplicate_wait_seconds,
        policy=contracts.policy(),
    )


def _admit(suspicions: list[Suspicion], fresh: Incident) -> Incident:
    server = contracts.server(fresh.server_id)
    alerts = [each.alert(server.monitor(each.monitor_id).priority) for each in suspicions]
    target = incidents.admit(alerts, suspicions[0].shard, fresh)
    for alert in alerts:
        record.append(
            target.incident_id,
            f"confirmed#{alert.monitor_id}",
            alert.confirmed_at,
            "failure confirmed",
            alert,
        )
    return target
