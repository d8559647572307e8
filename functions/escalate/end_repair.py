"""End the repair of an incident: its turn is given back (clause P-8), and the incident is told."""

from typing import Any

from toban import clock
from toban.domain.deferral import of_round
from toban.domain.incident import Incident
from toban.executions import complete
from toban.store import record, repairs, turns
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "round"}; return which incident has the turn now, or "", and whether its
    own was "heard": it may have gone on to the telephone meanwhile.

    It is told whatever becomes of the turn; a turn that could not be given back raises, and the
    step is done again.
    """
    incident, number = from_document(event["incident"], Incident), int(event["round"])
    try:
        passed_to = _give_back_turn(incident)
    finally:
        heard = _tell(incident, number)
    return {"passed_to": passed_to, "heard": heard}


def _give_back_turn(incident: Incident) -> str:
    turns.leave_queue(incident.server_id, incident.incident_id)
    turns.release(incident.server_id, incident.incident_id)
    seconds = incident.policy.turn_seconds
    return turns.pass_on(incident.server_id, clock.now(), seconds, _wake)


def _wake(token: str, fence: int) -> bool:
    return complete(token, {"fence": fence})


def _tell(incident: Incident, number: int) -> bool:
    """Complete the token that waits for the end, if one still does."""
    token = repairs.end(incident.incident_id, number, clock.now())
    heard = bool(token) and complete(token, {"ended": True})
    key = of_round("repair-over", number, "#")
    record.append(incident.incident_id, key, clock.now(), "repair work over")
    return heard
