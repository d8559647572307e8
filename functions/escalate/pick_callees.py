"""Pick what people are called for, once the repair is over or has taken too long (clause P-3)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from escalate.deferring import deferred
from escalate.limits import limits_of
from escalate.standing import standing
from toban import clock
from toban.domain.call import Callees
from toban.domain.callees import Escalation, escalate
from toban.domain.contract import Server
from toban.domain.deferral import Deferred, of_round
from toban.domain.incident import Incident
from toban.domain.plan import Capability, may
from toban.domain.rails import calls_anyway
from toban.store import calls, contracts, incidents, rails, record
from toban.store.documents import from_document, to_document

MARGIN_SECONDS = 60
"""How long after the end of a window an incident looks for itself, when nobody has told it."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "round"}; return the Escalation. The round is 1 where none is given."""
    incident, number = from_document(event["incident"], Incident), int(event.get("round", 1))
    escalation = _escalation(incident, contracts.server(incident.server_id), number)
    what = "people are called" if escalation.call else "nobody is called"
    key = of_round("escalation", number, "#")
    record.append(incident.incident_id, key, clock.now(), what, escalation)
    return dict(to_document(escalation))


def _escalation(incident: Incident, server: Server, number: int) -> Escalation:
    progress = incidents.progress(incident.incident_id)
    found = standing(incident)
    waiting = deferred(incident, found.open) if may(incident.plan, Capability.REPAIR) else {}
    known = calls.told_about(incident.incident_id, Callees.CONTACTS, number)
    ringing_for = set(found.open) - waiting.keys() - known
    escalation = escalate(
        incident.plan,
        found.alerts,
        {monitor.monitor_id: monitor for monitor in server.monitors},
        over={alert.monitor_id for alert in found.alerts} - ringing_for,
        told={monitor_id for monitor_id, work in progress.items() if work.told_failed},
        call_anyway=number == 1 and _too_often(incident, list(progress)),
    )
    seconds = _look_again_seconds(incident, waiting.values())
    return replace(escalation, deferred=bool(waiting), look_again_seconds=seconds, round=number)


def _look_again_seconds(incident: Incident, waiting: Iterable[Deferred]) -> int:
    """The end of a window is told by its execution; should that fail, it is known all the same."""
    longest = incident.policy.recovery_wait_seconds
    ends = [each.until - clock.now() for each in waiting if each.until is not None]
    soonest = min([longest, *(int(end.total_seconds()) + MARGIN_SECONDS for end in ends)])
    return max(1, soonest)  # Step Functions takes no other timeout, and time has passed meanwhile


def _too_often(incident: Incident, monitor_ids: list[str]) -> bool:
    limits = limits_of(incident)
    return any(
        calls_anyway(limits, clock.now(), repaired)
        for monitor_id in monitor_ids
        if (repaired := rails.repaired(incident.server_id, monitor_id))
        and rails.repaired_in(incident.server_id, monitor_id, incident.incident_id)
    )
