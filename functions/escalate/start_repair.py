"""Start the repair of an incident as an execution of its own (clause P-1)."""

from typing import Any

from toban.domain.incident import Incident
from toban.executions import complete, start
from toban.settings import required
from toban.store import repairs
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "monitor_ids", "priority", "token"}; the repair completes the token at its
    end.

    Asked again with a new token, the running repair is told the new one and is not started twice.
    """
    incident = from_document(event["incident"], Incident)
    if not repairs.await_end(incident.incident_id, event["token"]):
        complete(event["token"], {"ended": True})
        return {"started": False}
    document = {name: event[name] for name in ("incident", "monitor_ids", "priority")}
    return {"started": start(required("REPAIR_MACHINE"), incident.incident_id, document)}
