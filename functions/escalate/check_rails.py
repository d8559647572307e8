"""Decide whether a repair may run: plan, switches, maintenance, storm, limits (the rails)."""

from typing import Any

from escalate.holding import hold_back
from toban import clock
from toban.domain.contract import Customer, Monitor
from toban.domain.incident import Incident
from toban.domain.plan import Capability, may
from toban.domain.rails import Circumstances, Decision, Rail, Rails, decide
from toban.domain.work import Work, runbook_name
from toban.observability import logger
from toban.store import contracts, maintenance, rails, record
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "work"}; return the verdict: run, ask a person first, or held."""
    incident = from_document(event["incident"], Incident)
    work = from_document(event["work"], Work)
    monitor = contracts.server(incident.server_id).monitor(work.monitor_id)
    limits = _limits(incident, contracts.customer(incident.customer_id))
    decision = _decide(incident, work, monitor, limits)
    asks = decision.allowed and _asks(monitor, limits)
    key = f"rails#{work.monitor_id}"
    record.append(incident.incident_id, key, clock.now(), f"rails: {decision.rail}", decision)
    if decision.allowed:
        rails.note_run(incident.server_id, work.unit, incident.incident_id, clock.now())
    else:
        hold_back(incident.incident_id, work, decision.rail)
    verdict = "ask" if asks else "run" if decision.allowed else "held"
    seconds = limits.approval_seconds
    return {"verdict": verdict, "rail": decision.rail, "approval_seconds": seconds}


def _limits(incident: Incident, customer: Customer) -> Rails:
    return customer.rails or incident.policy.rails


def _asks(monitor: Monitor, limits: Rails) -> bool:
    return bool({monitor.runbook, runbook_name(monitor)} & set(limits.approval))


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
    return Circumstances(
        plan_allows=may(incident.plan, Capability.REPAIR),
        in_maintenance=maintenance.covering(server_id, work.monitor_id, now) is not None,
        killed=contracts.repairs_stopped(incident.customer_id),
        disarmed=rails.is_disarmed(runbook_name(monitor)),
        failing_servers=rails.failing_servers(now, limits.storm_seconds),
        unit_restarts=rails.restarts(server_id, incident.incident_id, work.unit),
        server_runs=rails.runs(server_id, incident.incident_id, work.unit),
    )
