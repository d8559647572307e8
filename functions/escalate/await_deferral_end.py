"""Leave the token that is completed when the reason for which a response waits may be over."""

from typing import Any

from escalate.deferring import deferred
from escalate.standing import standing
from toban.domain.incident import Incident
from toban.executions import complete
from toban.store import deferrals
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "token"}; complete the token at once when nothing waits any more.

    The end of maintenance, and each alert of the server that is over, complete it: then all is
    looked at again (clauses C-5, P-8).
    """
    incident = from_document(event["incident"], Incident)
    server_id, incident_id = incident.server_id, incident.incident_id
    deferrals.await_end(server_id, incident_id, event["token"])
    if deferred(incident, standing(incident).open):
        return {"waiting": True}
    deferrals.leave(server_id, incident_id, event["token"])
    complete(event["token"], {"looked": True})
    return {"waiting": False}
