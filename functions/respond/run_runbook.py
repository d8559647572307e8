"""P-1: carry out the catalogue's procedure on the server over SSH, without a person."""

from functools import partial
from typing import Any

from respond.course import Attempt
from respond.procedure import repair
from toban import clock
from toban.domain.incident import Incident
from toban.domain.repair import HoldReason, RepairReport
from toban.domain.runbook import hold_for_claim
from toban.domain.work import Work
from toban.secrets import secret
from toban.store import contracts, evidence, record, repairs, turns
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "work", "fence"}; return {"outcome", "hold", "changed", "verify", "unit",
    "evidence"}. Called again after a change was made, it tells of that one and makes no other.
    """
    incident = from_document(event["incident"], Incident)
    work = from_document(event["work"], Work)
    name = f"repair-{work.monitor_id}"
    report = evidence.load(incident.incident_id, name, RepairReport)
    if report is None or not report.changed:
        server = contracts.server(incident.server_id)
        claim = partial(_claim, incident, int(event["fence"]))
        attempt = repair(server, server.monitor(work.monitor_id), secret, claim, clock.now)
        report = _save(incident.incident_id, work, attempt, int(event["fence"]))
    return _result(report, f"incidents/{incident.incident_id}/{name}.json")


def _claim(incident: Incident, fence: int, unit: str) -> HoldReason:
    """Ask for the one change of the unit, right before it is made."""
    if not turns.holds(incident.server_id, incident.incident_id, fence):
        return hold_for_claim(holds_turn=False, granted=False, restarted_recently=False)
    claim = repairs.claim(
        incident.server_id,
        unit,
        incident.incident_id,
        clock.now(),
        incident.policy.restart_cooldown_seconds,
    )
    return hold_for_claim(True, claim.granted, claim.restarted_recently)


def _save(incident_id: str, work: Work, attempt: Attempt, fence: int) -> RepairReport:
    """Keep the report under each monitor that the work is for; its own goes on the record.

    An attempt whose turn was lost is followed by another, whose result is the one of the work.
    """
    name = f"repair-{work.monitor_id}"
    evidence.save(incident_id, f"{name}-findings", attempt.findings)
    for monitor_id in reversed(work.monitor_ids):
        evidence.save(incident_id, f"repair-{monitor_id}", attempt.report)
    lost = attempt.report.hold is HoldReason.TURN_LOST
    key = f"turn-lost#{fence}#{work.monitor_id}" if lost else f"repair#{work.monitor_id}"
    what = "turn lost, nothing changed" if lost else "repair"
    record.append(incident_id, key, clock.now(), what, attempt.report)
    return attempt.report


def _result(report: RepairReport, key: str) -> dict[str, Any]:
    return {
        "outcome": report.outcome,
        "hold": report.hold,
        "changed": report.changed,
        "verify": report.changed or report.hold is HoldReason.INTERRUPTED,
        "unit": report.unit,
        "evidence": key,
    }
