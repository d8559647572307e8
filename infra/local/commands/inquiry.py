"""What the tables know of a monitor: how it stands, and the history of its failures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.exceptions import DoesNotExist

from toban import clock
from toban.domain.call import Callees
from toban.domain.contract import Monitor, Server
from toban.domain.explanation import Explanation, MonitorRecord, explain, explain_suspicion
from toban.domain.identifier import server_of
from toban.domain.incident import Incident
from toban.domain.maintenance import Window
from toban.domain.plan import Plan
from toban.domain.record import Event
from toban.domain.transition import MonitorState
from toban.store import calls, contracts, mails, maintenance, record, states
from toban.store.documents import from_document
from toban.store.tables import EventItem, HeartbeatItem, IncidentItem

_HEARTBEAT = HeartbeatItem.item.startswith("heartbeat#")


@dataclass(frozen=True, slots=True)
class MonitorStanding:
    """How the monitor stands now; `monitor` is None when the contract has it no longer."""

    plan: Plan
    has_access: bool
    monitor: Monitor | None
    state: MonitorState | None
    window: Window | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure of the monitor and the answers to what became of it."""

    at: datetime
    title: str
    answers: Sequence[Explanation]


def standing(monitor_id: str) -> MonitorStanding | None:
    """Return how the monitor stands, None when neither contract nor states know it."""
    server, state = _server(monitor_id), states.get(monitor_id)
    watched = server.monitors if server else ()
    found = [monitor for monitor in watched if monitor.monitor_id == monitor_id]
    if server is None or not (found or state):
        return None
    window = maintenance.covering(server.server_id, monitor_id, last_check())
    monitor = found[0] if found else None
    return MonitorStanding(server.plan, server.access is not None, monitor, state, window)


def last_check() -> datetime:
    """Return the system's own time as far as it is known: locally it may run faster than ours."""
    beats = (item.finished_at for item in HeartbeatItem.scan(_HEARTBEAT))
    return max(beats, default=clock.now())


def _server(monitor_id: str) -> Server | None:
    try:
        return contracts.server(server_of(monitor_id))
    except DoesNotExist:
        return None


def failures(monitor_id: str, now: MonitorStanding) -> list[Failure]:
    """Return what is on record of the monitor's failures, the newest last."""
    found = [*_suspicions(monitor_id), *_incidents(monitor_id, now), *_windows(monitor_id)]
    return sorted(found, key=lambda failure: failure.at)


def _suspicions(monitor_id: str) -> list[Failure]:
    """Return the failures that came to nothing; their records are named after the monitor."""
    mine = EventItem.incident_id.startswith(f"{monitor_id}.")
    owners = {item.incident_id for item in EventItem.scan(mine)}
    told = ((owner, record.events(owner)) for owner in sorted(owners))
    return [
        Failure(events[0].at, f"a failing check that came to nothing ({owner})", [answer])
        for owner, events in told
        if (answer := explain_suspicion(events))
    ]


def _incidents(monitor_id: str, now: MonitorStanding) -> list[Failure]:
    of_server = IncidentItem.server_id == server_of(monitor_id)
    found = IncidentItem.scan((IncidentItem.item == "incident") & of_server)
    return [failure for item in found for failure in _of_incident(item, monitor_id, now)]


def _of_incident(item: IncidentItem, monitor_id: str, now: MonitorStanding) -> list[Failure]:
    """Return the failure, if the incident has anything to say of the monitor."""
    incident = from_document(item.document, Incident)
    events = record.events(incident.incident_id)
    if not any(_concerns(event, monitor_id) for event in events):
        return []
    found = MonitorRecord(
        monitor_id=monitor_id,
        plan=incident.plan,
        events=events,
        monitor=now.monitor,
        has_access=now.has_access,
        mails=mails.sent(incident.incident_id),
        calls=calls.made(incident.incident_id, Callees.CONTACTS),
    )
    closed_at = item.attribute_values.get("closed_at")
    end = f"closed {closed_at:%H:%M:%S}Z" if closed_at else "open"
    title = f"incident {incident.incident_id}, {end}"
    return [Failure(incident.opened_at, title, explain(found))]


def _concerns(event: Event, monitor_id: str) -> bool:
    """Tell whether an event is about the monitor; a deferral names what it waits for last."""
    named = event.about.split("#")
    return monitor_id in (named[:1] if event.sort == "deferred" else named)


def _windows(monitor_id: str) -> list[Failure]:
    """Return failures in announced maintenance; they stand in the record of their window."""
    mine = EventItem.item == f"event#failing#{monitor_id}"
    return [_in_window(item) for item in EventItem.scan(mine)]


def _in_window(item: EventItem) -> Failure:
    answer = explain_suspicion([Event(item.at, "in maintenance", None, "ended")])
    title = f"failing in maintenance ({item.incident_id})"
    return Failure(item.at, title, [answer] if answer else [])
