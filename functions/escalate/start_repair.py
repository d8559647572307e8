"""Start the repair of an incident as an execution of its own (clause P-1)."""

from typing import Any

from escalate.deferring import deferred
from escalate.standing import standing
from toban import clock
from toban.domain.deferral import of_round
from toban.domain.incident import Incident
from toban.executions import complete, start
from toban.settings import required
from toban.store import repairs
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "monitor_ids", "priority", "round", "token"}; the repair completes the
    token at its end. Each round of an incident has a repair of its own; a further one begins when
    there is something that it may do.

    Asked again with a new token, the running repair is told the new one and is not started twice.
    """
    incident, number = from_document(event["incident"], Incident), int(event["round"])
    waits = repairs.await_end(incident.incident_id, number, event["token"], clock.now())
    if not waits or (number > 1 and not _anything_to_do(incident)):
        complete(event["token"], {"ended": True})
        return {"started": False}
    document = {name: event[name] for name in ("incident", "monitor_ids", "priority", "round")}
    name = of_round(incident.incident_id, number)
    return {"started": start(required("REPAIR_MACHINE"), name, document)}


def _anything_to_do(incident: Incident) -> bool:
    open_ones = standing(incident).open
    return bool(set(open_ones) - deferred(incident, open_ones).keys())
