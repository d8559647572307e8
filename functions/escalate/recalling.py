"""Reads the history of an incident: from the record, and from what the record names."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from escalate.history import CLOSED, History
from toban.domain.call import Callees
from toban.domain.incident import Alert, Incident
from toban.domain.letters import MailKind, Notice, SentMail, kind_in
from toban.domain.record import Event
from toban.domain.repair import Diagnostics, RepairReport
from toban.store import calls, contracts, evidence, incidents, mails, record

AFTER_THE_END = frozenset({"report", "work-item", "resumed", "unwatched"})
"""Sorts of events that follow from the end of an incident."""
MAILS_AFTER_THE_END = frozenset({MailKind.INCIDENT_REPORT, MailKind.RESUMED, MailKind.WATCH_ENDED})


def recall(incident: Incident) -> History:
    """Read the history of an incident that has been closed."""
    incident_id = incident.incident_id
    events = _until_closed(record.events(incident_id))
    end = next((event.at for event in events if event.key == CLOSED), None)
    alerts = incidents.alerts(incident_id)
    return History(
        incident=incident,
        customer=contracts.customer(incident.customer_id),
        server=contracts.server(incident.server_id),
        alerts=alerts,
        recoveries={
            monitor_id: seen if seen and _before(seen.observed_at, end) else None
            for monitor_id, seen in incidents.recoveries(incident_id).items()
        },
        events=events,
        diagnostics=evidence.load(incident_id, "diagnostics", Diagnostics),
        repairs=list(_repairs(incident_id, alerts)),
        calls=calls.made(incident_id, Callees.CONTACTS),
        engineer_calls=calls.made(incident_id, Callees.ENGINEERS),
        mails=[each for each in mails.sent(incident_id) if _left_before(each, end)],
        addresses=mails.addresses(incident_id),
    )


def _until_closed(events: Sequence[Event]) -> list[Event]:
    """Return what happened until the end, and not what followed from it at the same time."""
    end = next((event.at for event in events if event.key == CLOSED), None)
    return [event for event in events if _before(event.at, end) and not _follows(event)]


def _before(at: datetime, end: datetime | None) -> bool:
    return end is None or at <= end


def _left_before(mail: SentMail, end: datetime | None) -> bool:
    return mail.sent_at is not None and _before(mail.sent_at, end) and not _mailed_after(mail.name)


def _follows(event: Event) -> bool:
    return event.sort in AFTER_THE_END or _mailed_after(event.about.partition("#")[0])


def _mailed_after(mail: str) -> bool:
    """Tell whether the mail, or the kind of mail, of that name is told after the end."""
    opened = Notice.WORK_ITEM_OPENED in mail.split(".")
    return opened or kind_in(mail) in MAILS_AFTER_THE_END


def _repairs(incident_id: str, alerts: Iterable[Alert]) -> Iterable[RepairReport]:
    """Return each piece of work once: it may have been for several monitors."""
    seen = set()
    for alert in alerts:
        report = evidence.load(incident_id, f"repair-{alert.monitor_id}", RepairReport)
        if report and (report.monitor_id, report.started_at) not in seen:
            seen.add((report.monitor_id, report.started_at))
            yield report
