"""Pick the next piece of work of an incident (clause P-8) and mark its one attempt."""

from datetime import timedelta
from typing import Any

from toban import clock
from toban.domain.incident import Incident
from toban.domain.observation import Observation
from toban.domain.verification import Proof
from toban.domain.work import Work, pick, still_down
from toban.store import contracts, incidents, record, turns
from toban.store.documents import from_document, to_document


class TurnLostError(Exception):
    """The turn has passed to another incident; it must be taken again."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "fence", "observations"}; return {"found", "work", "monitor_ids",
    "proof"}.
    """
    incident = from_document(event["incident"], Incident)
    _keep_turn(incident, event["fence"])
    observations = from_document(event["observations"], list[Observation])
    work = _next(incident, observations)
    if work:
        incidents.mark_attempted(incident.incident_id, work.monitor_ids)
    return {
        "found": work is not None,
        "work": to_document(work),
        "monitor_ids": to_document(work.monitor_ids) if work else [],
        "proof": to_document(Proof()),
    }


def _keep_turn(incident: Incident, fence: int) -> None:
    until = clock.now() + timedelta(seconds=incident.policy.turn_seconds)
    if not turns.renew(incident.server_id, incident.incident_id, fence, until):
        raise TurnLostError(incident.incident_id)


def _next(incident: Incident, observations: list[Observation]) -> Work | None:
    server = contracts.server(incident.server_id)
    alerts = incidents.alerts(incident.incident_id)
    attempted = incidents.attempted(incident.incident_id)
    down = still_down(observations)
    _note_recovered(
        incident, [a.monitor_id for a in alerts if a.monitor_id not in down | attempted]
    )
    return pick(alerts, {m.monitor_id: m for m in server.monitors}, down, attempted)


def _note_recovered(incident: Incident, monitor_ids: list[str]) -> None:
    """Guard g4: what is well again, or cannot be judged, is not worked on, and the record says
    so.
    """
    for monitor_id in monitor_ids:
        key = f"not-needed#{monitor_id}"
        record.append(incident.incident_id, key, clock.now(), "not down any more, not repaired")
