"""Look at the incident's calls at once, because something has recovered (catalogue 8, reading 29).

A telephone that rings is silenced and nobody further is called; a conversation is finished.
"""

from typing import Any

from escalate.phone_chain import PhoneChain
from escalate.waking import wake
from toban.domain.incident import Incident
from toban.store import calls
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident"}; may be called at every recovery, also when nobody is being called.

    What is said to the waiting machine is only "look": it decides by what it finds then.
    """
    incident = from_document(event["incident"], Incident)
    woken = [
        _wake(PhoneChain(incident, callees, tuple(about)))
        for callees, about in calls.open_chains(incident.incident_id).items()
    ]
    return {"stopped": any(woken)}


def _wake(chain: PhoneChain) -> bool:
    return chain.recovered() and wake(chain)
