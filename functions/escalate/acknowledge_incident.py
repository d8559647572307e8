"""Take note that a person has taken a failure up otherwise than by a key on the telephone (P-4): a
contact called back, or answered the mail. The operators' way in.
"""

from typing import Any

from pynamodb.exceptions import DoesNotExist

from escalate.phone_chain import PhoneChain
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
    Calls that have not begun yet are not made.
    """
    incident_id, by = str(event["incident_id"]), one_line(str(event["by"]), NAME_LIMIT)
    callees = Callees(event.get("callees", Callees.CONTACTS))
    try:
        incident = incidents.incident(incident_id)
    except DoesNotExist:
        return _refused("There is no such incident.")
    if not by:
        return _refused("It is not said who takes it up.")
    if not incidents.is_open(incident_id):
        return _refused("The incident is closed.")
    number = calls.take_up(incident_id, callees, by)
    chain = PhoneChain(incident, callees, (), number)
    noted = {"name": chain.taken_up_by()}
    key = f"acknowledged#{callees}#{number}"
    record.append(incident_id, key, clock.now(), "acknowledged to an operator", noted)
    _wake(chain)
    return {"acknowledged": True, "by": noted["name"], "why": ""}


def _wake(chain: PhoneChain) -> None:
    """Let the machine that waits for a key look at its call: it decides by what it finds then."""
    for attempt in calls.attempts(chain.incident.incident_id, chain.callees):
        if attempt.call is None and attempt.token:
            complete(attempt.token, {"key": ""})


def _refused(why: str) -> dict[str, Any]:
    return {"acknowledged": False, "by": "", "why": why}
