"""Put a service back into the state it was found in, where a repair did not help and the contract
says so.
"""

from dataclasses import replace
from typing import Any

from respond.course import DETAIL_LIMIT
from respond.credentials import credentials
from respond.login import ShellError
from respond.shell import enter, wrap
from respond.target import locate
from toban import clock
from toban.domain.incident import Incident
from toban.domain.repair import HoldReason, RepairReport, StepName, StepReport
from toban.domain.runbook import UnitState
from toban.domain.work import Work
from toban.store import contracts, evidence, record, turns
from toban.store.documents import from_document

_SECONDS = 60
_LIMIT = 64 * 1024
_CUT_OFF = str(HoldReason.INTERRUPTED)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "work", "fence"}; a service that we had started is stopped again, once.
    Return {"rolled_back"}: whether it is stopped, as the server says. From the beginning the report
    of the work says that it was cut off, until its end takes that place; called again then, it is
    looked at and not stopped a second time.
    """
    incident = from_document(event["incident"], Incident)
    work = from_document(event["work"], Work)
    report = evidence.load(incident.incident_id, f"repair-{work.monitor_id}", RepairReport)
    if report is None or not _started(report, work) or not _mine(incident, int(event["fence"])):
        return {"rolled_back": False}
    if report.steps[-1].name is StepName.ROLL_BACK and report.steps[-1].detail != _CUT_OFF:
        return {"rolled_back": report.steps[-1].passed}
    key = f"roll-back#{work.monitor_id}"
    first = record.append(incident.incident_id, key, clock.now(), "rolling back: stopping again")
    _keep(incident, work, report, False, _CUT_OFF)
    done, words = _put_back(incident, work, first=first)
    part, what = ("done", "rolled back") if done else ("failed", "roll-back failed")
    record.append(incident.incident_id, f"{key}#{part}", clock.now(), what, words)
    _keep(incident, work, report, done, words)
    return {"rolled_back": done}


def _keep(incident: Incident, work: Work, report: RepairReport, done: bool, words: str) -> None:
    """Let mails and reports tell of it as the last step of the work."""
    own = StepReport(StepName.ROLL_BACK, clock.now(), done, words)
    before = (each for each in report.steps if each.name is not StepName.ROLL_BACK)
    told = replace(report, steps=(*before, own))
    for monitor_id in work.monitor_ids:
        evidence.save(incident.incident_id, f"repair-{monitor_id}", told)


def _started(report: RepairReport, work: Work) -> bool:
    """Tell whether the unit itself was started: what stands behind it is not ours to stop."""
    return report.last_change is StepName.START and report.unit == work.unit


def _mine(incident: Incident, fence: int) -> bool:
    return turns.holds(incident.server_id, incident.incident_id, fence)


def _put_back(incident: Incident, work: Work, *, first: bool) -> tuple[bool, str]:
    """Stop the unit, or look at it where that was begun before. Tell whether it is stopped, in the
    server's words; stopping what is stopped already changes nothing.
    """
    server = contracts.server(incident.server_id)
    try:
        with enter(server, credentials(incident.incident_id)) as shell:
            target = locate(shell, server.monitor(work.monitor_id))
            if target is None:
                return False, str(HoldReason.UNIT_NOT_FOUND)
            if not first:
                state = target.installed.state
                return state is UnitState.STOPPED, str(state)
            script = wrap(target.command("stop", shell.sudo), {}, _SECONDS)
            result = shell.run(script, _SECONDS + 2, _LIMIT)
            return result.exit_status == 0, result.output[:DETAIL_LIMIT]
    except ShellError as error:
        return False, str(error)
