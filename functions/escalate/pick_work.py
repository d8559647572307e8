"""Pick the next piece of work of an incident (clause P-8) and note that it begins."""

from collections.abc import Iterable, Mapping, Set
from datetime import timedelta
from typing import Any

from escalate.deferring import deferred
from escalate.standing import standing
from toban import clock
from toban.domain.contract import Monitor, Server
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Status
from toban.domain.verification import Proof
from toban.domain.work import Progress, Work, pick, still_down, unit_of, waits_for_work
from toban.store import contracts, incidents, record, repairs, turns
from toban.store.documents import from_document, to_document


class TurnLostError(Exception):
    """The turn has passed to another incident; it must be taken again."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "fence", "observations"}; return what to work on and for which monitors."""
    incident = from_document(event["incident"], Incident)
    _keep_turn(incident, event["fence"])
    observations = from_document(event["observations"], list[Observation])
    server = contracts.server(incident.server_id)
    progress = incidents.progress(incident.incident_id)
    _note_left_alone(incident, progress, observations)
    work = _next(incident, server, progress, still_down(observations))
    if work:
        incidents.count_attempt(incident.incident_id, work.monitor_ids)
    return {
        "found": work is not None,
        "work": to_document(work),
        "monitor_ids": to_document(work.monitor_ids) if work else [],
        "proof": to_document(Proof()),
        "roll_back": work is not None and server.monitor(work.monitor_id).roll_back,
    }


def _keep_turn(incident: Incident, fence: int) -> None:
    until = clock.now() + timedelta(seconds=incident.policy.turn_seconds)
    if not turns.renew(incident.server_id, incident.incident_id, fence, until):
        raise TurnLostError(incident.incident_id)


def _next(
    incident: Incident, server: Server, progress: Mapping[str, Progress], down: Set[str]
) -> Work | None:
    found = standing(incident)
    waits = deferred(incident, found.open).keys() | found.paused
    monitors = {each.monitor_id: each for each in server.monitors}
    waiting = {
        monitor_id
        for monitor_id in progress.keys() & monitors.keys() - waits  # what has left needs no work
        if waits_for_work(
            progress[monitor_id],
            down=monitor_id in down,
            restarted=_restarted(incident, monitors[monitor_id]),
        )
    }
    tried = {monitor_id for monitor_id, each in progress.items() if each.tried} & down
    return pick(found.alerts, monitors, waiting, tried)


def _restarted(incident: Incident, monitor: Monitor) -> bool:
    last = repairs.last_restart(incident.server_id, unit_of(monitor))
    return last is not None and last.incident_id == incident.incident_id


def _note_left_alone(
    incident: Incident, progress: Mapping[str, Progress], observations: Iterable[Observation]
) -> None:
    """Guard g4: what is well again, or cannot be judged, is not worked on, and it is on record."""
    for seen in observations:
        monitor_id, well = seen.monitor_id, seen.status is Status.UP
        begun = monitor_id in progress and progress[monitor_id].attempts
        if not begun and seen.status is not Status.DOWN:
            key = f"not-needed#{monitor_id}" if well else f"not-judged#{monitor_id}"
            what = "not down any more" if well else "cannot be judged"
            record.append(incident.incident_id, key, clock.now(), f"{what}, not repaired", seen)
