"""The customer's report on an incident, from its record alone: as text, and as HTML for paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from escalate.case import Case
from escalate.evidence import Evidence, evidence
from escalate.facts import Facts
from escalate.history import History
from escalate.particulars import View, alert_rows, common_view, step_view, why_not_recovered
from toban.domain.call import Call
from toban.domain.letters import MailKind, Provider, SentMail
from toban.domain.observation import Reason
from toban.domain.plan import Capability, may
from toban.domain.record import Event
from toban.domain.repair import RepairReport
from toban.store.documents import to_document
from toban.text.plain import one_line
from toban.text.renderer import render_page
from toban.text.telling import Teller


@dataclass(frozen=True, slots=True)
class Report:
    """The same report as text and as a page of its own, ready to be printed."""

    text: str
    html: str


def compose_report(history: History, provider: Provider) -> Report:
    """Return the report; the same history gives the same bytes."""
    case = Case.of(report_facts(history, provider))
    view = common_view(case) | report_view(case, history)
    frame: View = {
        "locale": case.words.locale,
        "provider": {"name": one_line(provider.name), "telephone": one_line(provider.telephone)},
    }
    folder = f"report/{case.words.locale}"
    return Report(
        render_page(f"{folder}/report.txt", frame | view),
        render_page(f"{folder}/report.html", frame | view),
    )


def report_facts(history: History, provider: Provider) -> Facts:
    """Return the facts of the mail that goes with the report."""
    end = history.closed_at or history.began_at
    return Facts(
        kind=MailKind.INCIDENT_REPORT,
        provider=provider,
        now=end,
        incident=history.incident,
        customer=history.customer,
        server=history.server,
        alerts=history.alerts,
        history=history,
    )


def final_view(case: Case) -> View:
    """Return what the final mail to a managed customer tells of the record."""
    history = case.facts.history
    if history is None:
        raise ValueError("the final report needs `history`: what happened")
    told = report_view(case, history)
    names = ("closed_at", "alerts", "durations", "timeline", "repairs")
    return {name: told[name] for name in names}


def report_view(case: Case, history: History) -> View:
    """Return all that the record tells, in the customer's words and zone."""
    teller = _teller(case, history)
    return {
        "closed_at": case.at(history.closed_at),
        "alerts": [
            row | {"recovered_at": _recovered(case, history, alert.monitor_id)}
            for alert, row in zip(case.alerts, alert_rows(case), strict=True)
        ],
        "durations": _durations(case, history),
        "timeline": [{"at": case.at(at), "what": what} for at, what in _timeline(teller, history)],
        "diagnostics": _diagnostics(case, history),
        "repairs": [_repair(case, report) for report in history.repairs],
        "calls": [_call(case, teller, each) for each in history.calls],
        "engineer_calls": [_engineer(case, each) for each in history.engineer_calls],
        "mails": [_mail(case, teller, each) for each in history.mails],
        "cause_follows": may(case.incident.plan, Capability.TAKE_OVER),
        "unknown": case.words.unknown,
    }


def _teller(case: Case, history: History) -> Teller:
    monitor_ids = {alert.monitor_id for alert in case.alerts}
    monitor_ids |= {monitor.monitor_id for monitor in case.server.monitors}
    items = {monitor_id: case.name(monitor_id) for monitor_id in sorted(monitor_ids)}
    people = {name: _person(case, address) for name, address in history.addresses.items()}
    return Teller(case.words, items, people, discreet=True)


def _person(case: Case, address: str) -> str:
    """Return the contact's name; the operators are ours, and somebody who left has none."""
    for contact in case.customer.contacts:
        if contact.mail.lower() == address.lower():
            return case.words.say("report", "contact", name=one_line(contact.name))
    if address.lower() == case.facts.provider.operator.lower():
        return case.words.say("report", "operators")
    return one_line(address)


def _timeline(teller: Teller, history: History) -> Sequence[tuple[datetime, str]]:
    """Return every event of the record, and before them when each failure was seen first."""
    firsts = [
        Event(alert.first_failed_at, "first failure", None, f"first#{alert.monitor_id}")
        for alert in history.alerts
    ]
    told = [(event.at, teller.tell(event)) for event in [*firsts, *history.events]]
    return sorted(told, key=lambda each: each[0])


def _durations(case: Case, history: History) -> list[dict[str, str]]:
    """Return how long each stage took, counted from the first failing check."""
    stages = {
        "detect": history.confirmed_at,
        "tell": history.told_at,
        "repair": history.repaired_at,
        "recover": history.recovered_at,
    }
    return [
        {
            "stage": case.words.say("report", stage),
            "took": case.words.duration(at - history.began_at)
            if at
            else case.words.say("general", "none"),
        }
        for stage, at in stages.items()
    ]


def _recovered(case: Case, history: History, monitor_id: str) -> str:
    seen = history.recoveries.get(monitor_id)
    if seen is None:
        return case.words.say("report", "not_recovered")
    if seen.reason is Reason.NOT_WATCHED:
        return case.words.say("report", "not_watched", at=case.at(seen.observed_at))
    return case.at(seen.observed_at)


def _diagnostics(case: Case, history: History) -> Evidence:
    check = case.check(case.monitor_id)
    resource = check.resource.resource if check and check.resource else None
    return evidence(history.diagnostics, case.words, resource, case.customer.zone)


def _repair(case: Case, report: RepairReport) -> dict[str, object]:
    verified = [each for each in _events(case, "verified") if each.about == report.monitor_id]
    helped = case.words.say("report", "helped") if verified else why_not_recovered(case, report)
    return {
        "item": case.name(report.monitor_id),
        "unit": one_line(report.unit, 60),
        "started_at": case.at(report.started_at),
        "result": helped,
        "steps": [step_view(case, report, step) for step in report.steps],
        "no_steps": case.words.say("repair", "no_steps")
        if report.untouched
        else case.words.unknown,
    }


def _events(case: Case, sort: str) -> Iterable[Event]:
    history = case.facts.history
    return [event for event in history.events if event.sort == sort] if history else []


def _call(case: Case, teller: Teller, call: Call) -> dict[str, str]:
    return {"at": case.at(call.dialled_at), "what": teller.call(to_document(call))}


def _engineer(case: Case, call: Call) -> dict[str, str]:
    """Which of our engineers was called is not the customer's business."""
    return {"at": case.at(call.dialled_at), "what": case.words.of(call.outcome)}


def _mail(case: Case, teller: Teller, mail: SentMail) -> dict[str, str]:
    to = teller.people[mail.name]
    return {"at": case.at(mail.sent_at), "what": case.words.of(mail.kind), "to": to}
