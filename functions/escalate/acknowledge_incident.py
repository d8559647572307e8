"""Take note that a person has taken an incident up otherwise than by a key on the telephone (P-4):
a contact called back, or answered the mail. The operators' way in.
"""

from typing import Any

from pynamodb.exceptions import DoesNotExist

from toban import clock
from toban.domain.call import Callees
from toban.executions import complete
from toban.store import calls, incidents, record
from toban.text.plain import one_line

NAME_LIMIT = 60


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident_id", "by", "callees": "contacts" (the default) or "engineers"}; return
    {"acknowledged", "by", "why"}: `by` is who was noted first, `why` tells why nobody was.

    A telephone that rings is silenced and nobody further is called; a conversation is finished.
    Calls that have not begun yet are not made, nor those of the incident's later rounds.
    """
    incident_id, by = str(event["incident_id"]), one_line(str(event["by"]), NAME_LIMIT)
    callees = Callees(event.get("callees", Callees.CONTACTS))
    try:
        incidents.incident(incident_id)
    except DoesNotExist:
        return _refused("There is no such incident.")
    if not by:
        return _refused("It is not said who takes it up.")
    if not incidents.is_open(incident_id):
        return _refused("The incident is closed.")
    calls.take_up(incident_id, callees, by)
    noted = {"name": calls.taken_up_by(incident_id, callees)}
    key, what = f"acknowledged#{callees}", "acknowledged to an operator"
    record.append(incident_id, key, clock.now(), what, noted)
    _wake(incident_id, callees)
    return {"acknowledged": True, "by": noted["name"], "why": ""}


def _wake(incident_id: str, callees: Callees) -> None:
    """Let the machine that waits for a key look at its call: it decides by what it finds then."""
    for attempt in calls.attempts(incident_id, callees):
        if attempt.call is None and attempt.token:
            complete(attempt.token, {"key": ""})


def _refused(why: str) -> dict[str, Any]:
    return {"acknowledged": False, "by": "", "why": why}
