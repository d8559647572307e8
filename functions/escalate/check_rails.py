"""Decide whether a repair may run: plan, switches, maintenance, storm, limits (the rails)."""

from typing import Any

from escalate.deferring import deferred
from escalate.holding import hold_back
from escalate.limits import limits_of
from toban import clock
from toban.domain.contract import Monitor
from toban.domain.deferral import Deferral
from toban.domain.incident import Incident
from toban.domain.plan import Capability, may
from toban.domain.rails import (
    DEFERRED,
    HOLDS,
    Circumstances,
    Decision,
    Rail,
    Rails,
    approval_seconds,
    decide,
)
from toban.domain.work import Work, runbook_name
from toban.observability import logger
from toban.store import contracts, rails, record, repairs
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "work", "round"}; return the verdict: run, ask a person first, held, or
    deferred until what stands against it is over. `approval_seconds` is how long a person may take.
    """
    incident = from_document(event["incident"], Incident)
    work = from_document(event["work"], Work)
    monitor = contracts.server(incident.server_id).monitor(work.monitor_id)
    limits = limits_of(incident)
    decision = _decide(incident, work, monitor, limits)
    seconds = _time_to_answer(incident, limits, int(event.get("round", 1)))
    asks = _asks(runbook_name(monitor, work.procedure), limits)
    if decision.allowed and asks and not seconds:
        decision = Decision(False, Rail.NOT_APPROVED)
    if HOLDS.get(decision.rail) in DEFERRED:
        return {"verdict": "deferred", "rail": decision.rail, "approval_seconds": seconds}
    _note(incident, work, decision)
    verdict = ("ask" if asks else "run") if decision.allowed else "held"
    return {"verdict": verdict, "rail": decision.rail, "approval_seconds": seconds}


def _note(incident: Incident, work: Work, decision: Decision) -> None:
    key = f"rails#{work.key}"
    record.append(incident.incident_id, key, clock.now(), f"rails: {decision.rail}", decision)
    if decision.allowed:
        rails.note_run(incident.server_id, work.unit, incident.incident_id, clock.now())
    else:
        hold_back(incident.incident_id, work, decision.rail)


def _time_to_answer(incident: Incident, limits: Rails, number: int) -> int:
    began_at = repairs.began_at(incident.incident_id, number) or clock.now()
    return approval_seconds(limits, incident.policy.call_cap_seconds, clock.now() - began_at)


def _asks(name: str, limits: Rails) -> bool:
    return bool({name.partition("(")[0], name} & set(limits.approval))


def _decide(incident: Incident, work: Work, monitor: Monitor, limits: Rails) -> Decision:
    """Without the counters there is no repair: a limit that cannot be read holds."""
    try:
        seen = _circumstances(incident, work, monitor, limits)
    except Exception:
        logger.exception("rails unreadable", extra={"incident": incident.incident_id})
        return Decision(False, Rail.COUNTERS_UNREACHABLE)
    return decide(limits, clock.now(), seen)


def _circumstances(
    incident: Incident, work: Work, monitor: Monitor, limits: Rails
) -> Circumstances:
    server_id, now = incident.server_id, clock.now()
    waits = deferred(incident, [work.monitor_id]).get(work.monitor_id)
    return Circumstances(
        plan_allows=may(incident.plan, Capability.REPAIR),
        in_maintenance=waits is not None and waits.why is Deferral.MAINTENANCE,
        host_unreachable=waits is not None and waits.why is Deferral.HOST_UNREACHABLE,
        killed=contracts.repairs_stopped(incident.customer_id),
        disarmed=rails.is_disarmed(incident.customer_id, runbook_name(monitor, work.procedure)),
        failing_servers=max(
            rails.failing_servers(moment, limits.storm_seconds)
            for moment in (incident.opened_at, now)
        ),
        unit_restarts=rails.restarts(server_id, incident.incident_id, work.unit),
        server_runs=rails.runs(server_id, incident.incident_id, work.unit),
    )
