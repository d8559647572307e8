"""P-1, M-2: carry out a runbook, or the customer's own procedure, over SSH, without a person."""

from functools import partial
from typing import Any

from respond.course import Claimant, RepairAttempt
from respond.credentials import Credentials, credentials
from respond.own_procedure import after_the_runbook, carry_out
from respond.repair import repair
from toban import clock
from toban.domain.contract import Server
from toban.domain.incident import Incident
from toban.domain.procedure import Procedure
from toban.domain.rails import DEFERRED, HOLDS, Rail
from toban.domain.repair import HoldReason, RepairOutcome, RepairReport
from toban.domain.runbook import hold_for_claim
from toban.domain.work import Work
from toban.store import contracts, deferrals, evidence, record, repairs, turns
from toban.store.documents import from_document

_TO_BE_PROVED = frozenset({HoldReason.INTERRUPTED, HoldReason.RECOVERED})
"""Holds after which the monitor may be well again: a change was cut off, or none was needed."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "work", "fence"}; return {"outcome", "hold", "changed", "verify", "unit",
    "evidence"}. Called again after a change was made or begun, it tells of that one and makes no
    other.
    """
    incident, fence = from_document(event["incident"], Incident), int(event["fence"])
    incident_id, work = incident.incident_id, from_document(event["work"], Work)
    name = _evidence_name(work)
    report = evidence.load(incident_id, name, RepairReport)
    if report is None or not (report.changed or report.hold is HoldReason.INTERRUPTED):
        server, claim = contracts.server(incident.server_id), partial(_claim, incident, work, fence)
        report = _save(incident_id, work, _attempt(server, work, claim, credentials(incident_id)))
    key, what = _name(work, report.hold, fence)
    record.append(incident_id, key, clock.now(), what, report)
    return _result(incident, report, f"incidents/{incident_id}/{name}.json")


def _attempt(server: Server, work: Work, claim: Claimant, keys: Credentials) -> RepairAttempt:
    """Carry out the catalogue's runbook, or the procedure that the server has of its own (M-2)."""
    monitor = server.monitor(work.monitor_id)
    if not work.procedure:
        return repair(server, monitor, keys, claim, clock.now)
    own = server.procedure(work.procedure) or Procedure(work.procedure, ())
    return carry_out(server, monitor, own, keys, claim, clock.now)


def _claim(incident: Incident, work: Work, fence: int, unit: str) -> HoldReason:
    """Ask for the one change of the unit, right before it is made. From here on its evidence says
    that it was interrupted, until the report of its end takes that place.
    """
    if (waits := _deferred(incident, work.monitor_id)) is not HoldReason.NONE:
        return waits
    if not turns.holds(incident.server_id, incident.incident_id, fence):
        return hold_for_claim(holds_turn=False, granted=False, restarted_recently=False)
    claim = repairs.claim(
        incident.server_id,
        unit,
        incident.incident_id,
        clock.now(),
        incident.policy.restart_cooldown_seconds,
    )
    if claim.granted:
        held, hold = RepairOutcome.HELD_BACK, HoldReason.INTERRUPTED
        begun = RepairReport(work.monitor_id, unit, held, clock.now(), hold)
        _keep(incident.incident_id, work, begun)
    return hold_for_claim(True, claim.granted, claim.restarted_recently)


def _deferred(incident: Incident, monitor_id: str) -> HoldReason:
    """Maintenance may have begun, or the host be gone, since the work was picked (C-5, P-8)."""
    server, now = contracts.server(incident.server_id), clock.now()
    found = deferrals.of(server, now).get(monitor_id)
    return HOLDS[Rail(found.why)] if found else HoldReason.NONE


def _save(incident_id: str, work: Work, attempt: RepairAttempt) -> RepairReport:
    """Keep the report with what was seen.

    An attempt whose turn was lost is followed by another, whose result is the one of the work.
    """
    evidence.save(incident_id, f"{_evidence_name(work)}-findings", attempt.findings)
    _keep(incident_id, work, attempt.report)
    return attempt.report


def _keep(incident_id: str, work: Work, report: RepairReport) -> None:
    """Keep the report under each monitor that the work is for."""
    told = report
    if work.procedure:
        evidence.save(incident_id, _evidence_name(work), report)
        told = after_the_runbook(_runbook_before(incident_id, work), report)
    for monitor_id in reversed(work.monitor_ids):
        evidence.save(incident_id, f"repair-{monitor_id}", told)


def _evidence_name(work: Work) -> str:
    return f"repair-{work.key.replace('#', '-')}"


def _runbook_before(incident_id: str, work: Work) -> RepairReport | None:
    """Return what the catalogue's runbook did before the own procedure, kept when first asked."""
    kept = f"runbook-{work.monitor_id}"
    found = evidence.load(incident_id, kept, RepairReport)
    if found is None:
        found = evidence.load(incident_id, f"repair-{work.monitor_id}", RepairReport)
        if found is not None and found.changed:
            evidence.save(incident_id, kept, found)
    return found


def _name(work: Work, hold: HoldReason, fence: int) -> tuple[str, str]:
    """Return key and words of an attempt on the record."""
    if hold is HoldReason.TURN_LOST:
        return f"turn-lost#{fence}#{work.monitor_id}", "turn lost, nothing changed"
    if hold in DEFERRED:
        return f"stopped#{work.monitor_id}#{fence}", f"stopped before any change: {hold}"
    return f"repair#{work.key}", "repair"


def _to_be_proved(incident: Incident, report: RepairReport) -> bool:
    """Tell whether the monitor has to judge: also where the service answers because of a change of
    this incident that was cut off before its report.
    """
    if report.changed or report.hold in _TO_BE_PROVED:
        return True
    if report.hold is not HoldReason.ANSWERS_LOCALLY:
        return False
    last = repairs.last_restart(incident.server_id, report.unit)
    return last is not None and last.incident_id == incident.incident_id


def _result(incident: Incident, report: RepairReport, key: str) -> dict[str, Any]:
    return {
        "outcome": report.outcome,
        "hold": report.hold,
        "changed": report.changed,
        "verify": _to_be_proved(incident, report),
        "unit": report.unit,
        "evidence": key,
    }
