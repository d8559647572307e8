"""Start a round of telephone calls; the incident's state waits for its end (clauses P-3, M-1)."""

from typing import Any

from escalate.phone_chain import PhoneChain
from toban.domain.deferral import of_round
from toban.executions import complete, start
from toban.settings import required
from toban.store import calls


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "callees": "contacts" | "engineers", "about": [monitor ids], "round",
    "token"}.

    The token is completed with {"reached", "outcome", "reason", "contact", "name", "calls"} at the
    end. A round of an incident has one chain for each kind of callees: a repeated start replaces
    the token.
    """
    chain = PhoneChain.of(event)
    incident_id = chain.incident.incident_id
    about, number = list(chain.about), chain.number
    ended = calls.open_chain(incident_id, chain.callees, about, event["token"], number)
    if ended is not None:
        complete(event["token"], ended)
        return {"started": False}
    name = of_round(f"{incident_id}.{chain.callees}", number)
    document = {key: event[key] for key in ("incident", "callees")}
    document |= {"about": about, "round": number}
    return {"started": start(required("PHONE_CHAIN_MACHINE"), name, document)}
