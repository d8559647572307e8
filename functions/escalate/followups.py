"""What fills the mails that follow the first response: nobody reached, work goes on, resumed, not
watched any more.
"""

from datetime import timedelta

from escalate.case import Case
from escalate.particulars import View, current, duration, planned, why_not_recovered
from toban.domain.call import Call
from toban.domain.plan import Capability, may
from toban.text.measure import observed
from toban.text.plain import one_line

NAME_LIMIT = 60


def unreachable_view(case: Case) -> View:
    """Return what a mail adds after nobody could be reached: the calls, and what is paused."""
    facts = case.facts
    about = facts.about_monitor_ids or [case.monitor_id]
    return {
        "calls": [_call(case, number, call) for number, call in enumerate(facts.calls, 1)],
        "managed": may(case.incident.plan, Capability.TAKE_OVER),
        "failed_items": case.names(about),
        "more": _more(case, len(about) - 1),
        "response": why_not_recovered(case, facts.repair),
        "current": current(case, case.words.unknown),
        "next_report_at": planned(case, facts.next_report_at),
    }


def resumed_view(case: Case) -> View:
    """Return what the mail adds that a paused monitor is watched again."""
    return {
        "paused_at": case.at(case.facts.paused_at),
        "resumed_at": case.at(case.facts.recovered_at),
        "duration": duration(case),
        "current": current(case, case.words.unknown),
    }


def watch_ended_view(case: Case) -> View:
    """Return what the mail adds that a monitor has left the contract while it failed."""
    alert = case.alert()
    seen = alert.observation if alert else None
    return {
        "ended_at": case.at(case.facts.recovered_at),
        "duration": duration(case),
        "last_seen": observed(case.words, case.check(case.monitor_id), seen)
        if seen
        else case.words.unknown,
    }


def progress_view(case: Case) -> View:
    """Return what a report adds on a failure that our engineers work on."""
    facts, words = case.facts, case.words
    alert = case.alert()
    lasted = facts.now - alert.first_failed_at if alert else None
    return {
        "number": facts.progress_number,
        "lasted": words.duration(lasted) if lasted is not None else words.unknown,
        "reported_at": case.at(facts.now),
        "current": current(case, words.unknown),
        "open_items": case.names(facts.open_monitor_ids or [case.monitor_id]),
        "next_report_at": planned(case, facts.next_report_at),
    }


def _more(case: Case, count: int) -> str:
    return case.words.say("general", "others", count=count) if count > 0 else ""


def _call(case: Case, number: int, call: Call) -> str:
    """Return e.g. "1. 山田様 2026-11-23 03:21:05 JST 呼出30秒 応答なし"."""
    words = case.words
    rang = words.say("calls", "rang", duration=words.duration(timedelta(seconds=call.ring_seconds)))
    return words.say(
        "calls",
        "line",
        number=number,
        name=one_line(call.name, NAME_LIMIT),
        at=case.at(call.dialled_at),
        rang=rang if call.ring_seconds else "",
        outcome=words.of(call.outcome),
    ).strip()
