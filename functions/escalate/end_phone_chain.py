"""Tell the incident how the round of calls ended (clauses P-4, P-6)."""

from typing import Any

from escalate.phone_chain import PhoneChain
from toban import clock
from toban.domain.call import Call, Outcome
from toban.domain.deferral import of_round
from toban.executions import complete, invoke_later
from toban.settings import required
from toban.store import calls, record


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the whole state of the machine; complete the incident's token with what is returned. The
    calls of a test are those of an acceptance, whose sheet is written then.

    {"reached", "outcome", "reason", "contact", "name", "calls"}: `outcome` is "acknowledged",
    "nobody_reached", "stopped_recovered" or "stopped_in_maintenance"; `reason` names the fault when
    the chain could not do its work, else ""; `contact` is an index, None also for
    somebody who took it up otherwise than by a key; `calls` counts them.
    """
    chain = PhoneChain.of(event)
    incident_id = chain.incident.incident_id
    made = chain.made()
    ended = _result(event, made, chain.taken_up_by())
    token, result = calls.end_chain(incident_id, chain.callees, ended, chain.number)
    key = of_round(f"calls#{chain.callees}", chain.number, "#")
    record.append(incident_id, key, clock.now(), "telephone calls ended", result)
    if token:
        complete(token, result)
    if "acceptance" in event:
        invoke_later(required("RUN_ACCEPTANCE_FUNCTION"), {"key": event["acceptance"]})
    return dict(result)


def _result(event: dict[str, Any], made: list[Call], taken_up_by: str) -> dict[str, Any]:
    fault = event.get("fault", {}).get("Error", "")
    ending = "nobody_reached" if fault else event["next"]["ending"]
    answered = next((each for each in made if each.outcome is Outcome.ACKNOWLEDGED), None)
    reached = answered is not None or bool(taken_up_by)
    return {
        "reached": reached,
        "outcome": "acknowledged" if reached else ending,
        "reason": fault,
        "contact": answered.contact if answered else None,
        "name": answered.name if answered else taken_up_by,
        "calls": len(made),
    }
