"""Composes a mail: facts, the templates of its kind, the reader's language (catalogue 9)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from escalate.access_view import access_view
from escalate.case import Case
from escalate.facts import Facts
from escalate.followups import progress_view, resumed_view, unreachable_view, watch_ended_view
from escalate.graph_view import graph_view
from escalate.maintenance_view import MAINTENANCE_MAILS, maintenance_view
from escalate.month_mail import month_mail_view
from escalate.particulars import View, alert_view, common_view, recovery_view, response_view
from escalate.picture import Enclosure, Picture
from escalate.report import final_view
from toban.domain.letters import MailKind, Notice
from toban.holidays import office
from toban.text.measure import item_name
from toban.text.moments import moment
from toban.text.plain import lines, one_line
from toban.text.renderer import Part, render
from toban.text.words import Words, words

NOTICE_LINES = 60
COMMAND_COLUMNS = 4_000
"""Commands are copied into a terminal: one of them may hold a task token of 2,048 signs and stays
on its line.
"""
SUBJECT_LIMIT = 250

INCIDENT_VIEWS: dict[MailKind, Callable[[Case], View]] = {
    MailKind.ALERT: alert_view,
    MailKind.RESOURCE_ALERT: alert_view,
    MailKind.RECOVERY: recovery_view,
    MailKind.RESPONSE_DONE: response_view,
    MailKind.FAILURE_CONTACT: response_view,
    MailKind.UNREACHABLE_ALL: unreachable_view,
    MailKind.RESUMED: resumed_view,
    MailKind.WATCH_ENDED: watch_ended_view,
    MailKind.PROGRESS: progress_view,
    MailKind.INCIDENT_REPORT: final_view,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it has an envelope: the same facts as text and as HTML, which shows the
    pictures; files are attached.
    """

    subject: str
    text: str
    html: str
    locale: str
    pictures: Sequence[Picture] = ()
    enclosures: Sequence[Enclosure] = ()


def compose(facts: Facts) -> Letter:
    """Return the letter; the same facts give the same letter.

    It is in the customer's language and zone, a notice in the operators'. Raises ValueError when
    the facts that the kind needs are missing: that is a mistake in the caller, never in what a
    server or a person has written.
    """
    locale, view = _locale(facts), view_of(facts)
    frame: View = {"kind": facts.kind.value, "locale": locale, "provider": _provider(facts)}
    filled = {part: render(locale, facts.kind.value, part, frame | view) for part in Part}
    subject = one_line(filled[Part.SUBJECT], SUBJECT_LIMIT)
    return Letter(
        subject, filled[Part.TEXT], filled[Part.HTML], locale, facts.graphs, facts.enclosures
    )


def view_of(facts: Facts) -> View:
    """Return what fills the templates of the mail's kind; raises ValueError as `compose` does."""
    if facts.kind in PLAIN_VIEWS:
        return PLAIN_VIEWS[facts.kind](facts)
    case = Case.of(facts)
    return {**common_view(case), **INCIDENT_VIEWS[facts.kind](case), **graph_view(case)}


def _locale(facts: Facts) -> str:
    theirs = facts.provider if facts.kind is MailKind.OPERATOR_NOTICE else facts.customer
    return words(theirs.locale if theirs else "").locale


def _provider(facts: Facts) -> dict[str, str]:
    provider, at_work = facts.provider, office()
    return {
        "name": one_line(provider.name),
        "telephone": one_line(provider.telephone, 40),
        "opens": f"{at_work.opens:%H:%M}",
        "closes": f"{at_work.closes:%H:%M}",
    }


def _notice_view(facts: Facts) -> View:
    if facts.notice is None:
        raise ValueError("an operator notice needs `notice`: what it is about")
    said = words(facts.provider.locale)
    title, server = said.of(facts.notice), facts.server
    host = one_line(server.host) if server else ""
    item = _notice_item(facts, said.locale)
    return {
        "title": title,
        "text": said.say("notice_text", facts.notice.value, deadline=_deadline(facts, said)),
        "headline": _headline(said, " ".join(part for part in (host, item) if part), title),
        "incident_id": facts.incident.incident_id if facts.incident else "",
        "customer": one_line(facts.customer.name) if facts.customer else "",
        "host": host,
        "addresses": one_line(", ".join(server.addresses)) if server else "",
        "item": item,
        "noticed_at": moment(facts.now, facts.provider.zone),
        "detail": [] if _to_be_copied(facts) else lines(facts.detail)[:NOTICE_LINES],
        "commands": _commands(facts) if _to_be_copied(facts) else [],
    }


def _test_view(facts: Facts) -> View:
    if facts.customer is None:
        raise ValueError(f"a mail of kind {facts.kind} needs customer")
    return {
        "customer": one_line(facts.customer.name),
        "headline": words(facts.customer.locale).say("general", "test_mail"),
        "at": moment(facts.now, facts.customer.zone),
    }


def _deadline(facts: Facts, said: Words) -> str:
    return moment(facts.deadline, facts.provider.zone) if facts.deadline else said.unknown


def _to_be_copied(facts: Facts) -> bool:
    return facts.notice is Notice.APPROVAL_ASKED


def _commands(facts: Facts) -> list[str]:
    return [line for line in lines(facts.detail, COMMAND_COLUMNS, pieces=1) if line]


def _headline(said: Words, place: str, title: str) -> str:
    return said.say("general", "headline", place=place, title=title) if place else title


def _notice_item(facts: Facts, locale: str) -> str:
    for monitor in facts.server.monitors if facts.server else ():
        if monitor.monitor_id == facts.monitor_id:
            return item_name(monitor, locale)
    return ""


PLAIN_VIEWS: dict[MailKind, Callable[[Facts], View]] = {
    MailKind.MONTH_REPORT: month_mail_view,
    MailKind.ACCESS_NOTICE: access_view,
    MailKind.TEST_MAIL: _test_view,
    MailKind.OPERATOR_NOTICE: _notice_view,
    **dict.fromkeys(MAINTENANCE_MAILS, maintenance_view),
}
"""Mails that are not about one incident of a customer."""
