"""What fills the mails about maintenance (catalogue 9.2): which window, for what, and its end."""

from collections.abc import Iterable
from datetime import timedelta

from escalate.facts import Facts
from escalate.particulars import View
from toban.domain.contract import Customer, Server
from toban.domain.letters import MailKind
from toban.domain.maintenance import WEEKDAYS, Recurrence, Window, WindowState
from toban.text.measure import item_name
from toban.text.moments import rough_moment
from toban.text.plain import one_line
from toban.text.words import Words, words

MAINTENANCE_MAILS = frozenset({MailKind.MAINTENANCE_ACCEPTED, MailKind.MAINTENANCE_ENDED})
REASON_LIMIT = 300
_TITLES = frozenset({WindowState.OVER, WindowState.ENDED_EARLY})
"""Endings that the headline tells; the others are told by their period."""


def maintenance_view(facts: Facts) -> View:
    """Return what both mails show; raises ValueError when facts are missing."""
    customer, server, window = facts.customer, facts.server, facts.window
    if customer is None or server is None or window is None:
        raise ValueError(f"a mail of kind {facts.kind} needs customer, server and window")
    said = words(customer.locale)
    ending, period = _ending(facts, window), _period(said, customer, window)
    host = one_line(server.host)
    title = said.say("maintenance", f"{ending}_title") if ending in _TITLES else period
    return {
        "customer": one_line(customer.name),
        "host": host,
        "addresses": one_line(", ".join(server.addresses)) or said.unknown,
        "headline": said.say("general", "headline", place=host, title=title),
        "ending": ending,
        "opening": said.say("maintenance", ending),
        "window_id": one_line(window.window_id),
        "period": period,
        "scope": _names(said, server, window.monitor_ids) or said.say("maintenance", "whole"),
        "recurrence": _recurrence(said, facts.recurrence) if facts.recurrence else "",
        "requested_by": one_line(window.requested_by),
        "reason": one_line(window.reason, REASON_LIMIT),
        "checked": facts.failing_monitor_ids is not None,
        "failing": _names(said, server, facts.failing_monitor_ids or ()),
        "overlap": _overlap(said, customer, facts.overlapping) if facts.overlapping else "",
        "next_period": _period(said, customer, facts.next_window) if facts.next_window else "",
    }


def _ending(facts: Facts, window: Window) -> str:
    """Return the word for what has happened to the window: accepted, extended, or its state."""
    if facts.kind is MailKind.MAINTENANCE_ACCEPTED:
        return "extended" if window.extended_at else "accepted"
    state = window.state(facts.now)
    return (
        state if state in {WindowState.CANCELLED, WindowState.ENDED_EARLY} else WindowState.OVER
    ).value


def _period(said: Words, customer: Customer, window: Window) -> str:
    starts, _, _ = rough_moment(window.starts_at, customer.zone).rpartition(" ")
    ends = rough_moment(window.ends_at, customer.zone)
    return said.say("maintenance", "period", starts=starts, ends=ends)


def _overlap(said: Words, customer: Customer, window: Window) -> str:
    return said.say("maintenance", "overlap", period=_period(said, customer, window))


def _names(said: Words, server: Server, monitor_ids: Iterable[str]) -> str:
    by_id = {each.monitor_id: item_name(each, said.locale) for each in server.monitors}
    names = [by_id.get(each, one_line(each.rpartition(".")[2])) for each in monitor_ids]
    return said.say("general", "comma").join(names)


def _recurrence(said: Words, recurrence: Recurrence) -> str:
    days = [said.say("weekday", WEEKDAYS[number]) for number in sorted(recurrence.weekdays)]
    return said.say(
        "maintenance",
        "recurrence",
        days=said.say("general", "comma").join(days),
        at=f"{recurrence.starts:%H:%M}",
        length=said.duration(timedelta(minutes=recurrence.minutes)),
        holidays=said.say("maintenance", f"holidays_{recurrence.holidays.value}"),
    )
