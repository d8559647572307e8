"""See whether today's canary went the whole way: from the schedule to the last mail (N-8)."""

from datetime import datetime, timedelta
from typing import Any

from toban.domain.call import Callees
from toban.domain.canary import CUSTOMER_ID, Route, begins_at, fails_on_the_day_of, server_id
from toban.domain.canary_incident import CanaryFault, CanaryIncident, faults
from toban.domain.contract import Server
from toban.domain.letters import CLOSING_MAILS, PROBLEM_MAILS, MailKind
from toban.executions import invoke_later
from toban.observability import measure
from toban.settings import required
from toban.store import calls, canaries, contracts, history, mails, record
from toban.store.documents import from_document

_AFTER = timedelta(hours=1)
"""An incident that began later is of another failure than the planned one."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"scheduled_at"} of the schedule; return {"passed", "faults"}, each fault as "<route>
    <fault>".

    What was found is on record, is the metric CanaryPassed (1 or 0), and a fault is told to the
    operators; called twice, they are told once.
    """
    at = from_document(event["scheduled_at"], datetime)
    found = _found(begins_at(at))
    what = "canary failed" if found else "canary passed"
    record.append(f"{CUSTOMER_ID}.{at:%Y%m%d}", "canary", at, what, {"faults": found})
    measure(CanaryPassed=0 if found else 1)
    if found:
        news = {"canary": {"day": f"{at:%Y-%m-%d}", "lines": found}}
        invoke_later(required("TELL_OPERATOR_FUNCTION"), news)
    return {"passed": not found, "faults": found}


def _found(begin: datetime) -> list[str]:
    servers = {server.server_id: server for server in canaries.watched()}
    found: list[str] = []
    for route in Route:
        server = servers.get(server_id(route))
        if server and fails_on_the_day_of(route, begin):
            found += [f"{route} {fault}" for fault in _faults(server, route, begin)]
    return found if servers else [f"{Route.MAIL} {CanaryFault.NOT_WATCHED}"]


def _faults(server: Server, route: Route, begin: datetime) -> list[CanaryFault]:
    past = history.between(server.server_id, begin, begin + _AFTER)
    begun = [each for each in past if each.opened_at >= begin]
    incident = _incident(begun[0].incident_id, begun[0].closed_at) if begun else None
    return faults(incident, begin, contracts.policy(), calls=route is Route.PHONE)


def _incident(incident_id: str, closed_at: datetime | None) -> CanaryIncident:
    return CanaryIncident(
        alert_mailed_at=_mailed_at(incident_id, PROBLEM_MAILS),
        end_mailed_at=_mailed_at(incident_id, CLOSING_MAILS),
        closed_at=closed_at,
        calls=tuple(each.outcome for each in calls.made(incident_id, Callees.CONTACTS)),
    )


def _mailed_at(incident_id: str, kinds: frozenset[MailKind]) -> datetime | None:
    sent = (mail.sent_at for mail in mails.sent(incident_id) if mail.kind in kinds)
    return min((at for at in sent if at is not None), default=None)
