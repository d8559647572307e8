"""Put a service back into the state it was found in, where a repair did not help and the contract
says so.
"""

from typing import Any

from respond.credentials import credentials
from respond.login import ShellError
from respond.shell import enter, wrap
from respond.target import locate
from toban import clock
from toban.domain.contract import Monitor, Server
from toban.domain.incident import Incident
from toban.domain.repair import RepairReport, StepName
from toban.domain.work import Work
from toban.store import contracts, evidence, record, turns
from toban.store.documents import from_document

_SECONDS = 60
_LIMIT = 64 * 1024


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "work", "fence"}; a service that we had started is stopped again, once.
    Return {"rolled_back"}: whether the server said that it was.
    """
    incident = from_document(event["incident"], Incident)
    work = from_document(event["work"], Work)
    report = evidence.load(incident.incident_id, f"repair-{work.monitor_id}", RepairReport)
    if report is None or not _started(report, work) or not _mine(incident, int(event["fence"])):
        return {"rolled_back": False}
    key = f"roll-back#{work.monitor_id}"
    if not record.append(incident.incident_id, key, clock.now(), "rolling back: stopping again"):
        return {"rolled_back": False}
    server = contracts.server(incident.server_id)
    done, words = _stop(server, server.monitor(work.monitor_id), incident.incident_id)
    part, what = ("done", "rolled back") if done else ("failed", "roll-back failed")
    record.append(incident.incident_id, f"{key}#{part}", clock.now(), what, words)
    return {"rolled_back": done}


def _started(report: RepairReport, work: Work) -> bool:
    """Tell whether the unit itself was started: what stands behind it is not ours to stop."""
    return report.last_change is StepName.START and report.unit == work.unit


def _mine(incident: Incident, fence: int) -> bool:
    return turns.holds(incident.server_id, incident.incident_id, fence)


def _stop(server: Server, monitor: Monitor, incident_id: str) -> tuple[bool, str]:
    """Tell whether the unit was stopped, in the server's words; stopping what is stopped already
    changes nothing.
    """
    try:
        with enter(server, credentials(incident_id)) as shell:
            target = locate(shell, monitor)
            if target is None:
                return False, "the unit was not found again"
            script = wrap(target.command("stop", shell.sudo), {}, _SECONDS)
            result = shell.run(script, _SECONDS + 2, _LIMIT)
            return result.exit_status == 0, result.output[:500]
    except ShellError as error:
        return False, str(error)
