"""Maintenance of the invented customer's server, as the mails about it tell it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from escalate.facts import Facts
from tests.testdata.mail.samples import FTP, HTTP
from toban.domain.letters import MailKind
from toban.domain.maintenance import OnHolidays, Recurrence, Window
from toban.domain.plan import Plan

STARTS = datetime(2026, 11, 28, 17, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=2)
WINDOW = Window(
    "acme.web01.maintenance.20261128T170000Z",
    "acme.web01",
    STARTS,
    ENDS,
    "Alice <alice@acme.example>",
    "kernel update",
)


def accepted(base: Facts) -> Facts:
    """Maintenance of the whole server has been announced."""
    return replace(base, incident=None, window=WINDOW)


def ended(base: Facts) -> Facts:
    """The window is over and all is well."""
    return replace(base, incident=None, window=WINDOW, now=ENDS, failing_monitor_ids=())


def _extended(base: Facts) -> Facts:
    longer = replace(WINDOW, ends_at=ENDS + timedelta(hours=1), extended_at=ENDS)
    return replace(accepted(base), window=longer)


def _weekly(base: Facts) -> Facts:
    monitors = (HTTP.monitor_id, FTP.monitor_id, "acme.web01.gone")
    zone = base.customer.zone if base.customer else ""
    sundays = Recurrence(frozenset({2, 6}), time(2, 0), 90, zone, OnHolidays.SKIP)
    window = replace(WINDOW, monitor_ids=monitors, reason="")
    return replace(accepted(base), window=window, recurrence=sundays)


def _weekly_ended(base: Facts) -> Facts:
    week = timedelta(days=7)
    following = replace(WINDOW, starts_at=STARTS + week, ends_at=ENDS + week)
    return replace(_weekly(base), now=ENDS, next_window=following, failing_monitor_ids=())


def _still_failing(base: Facts) -> Facts:
    return replace(ended(base), failing_monitor_ids=(HTTP.monitor_id, FTP.monitor_id))


def _overlapped(base: Facts) -> Facts:
    another = replace(WINDOW, ends_at=ENDS + timedelta(hours=5), monitor_ids=(FTP.monitor_id,))
    return replace(ended(base), overlapping=another, failing_monitor_ids=None)


def _ended_early(base: Facts) -> Facts:
    at = STARTS + timedelta(minutes=40)
    return replace(ended(base), window=replace(WINDOW, cancelled_at=at), now=at)


def _cancelled(base: Facts) -> Facts:
    at = STARTS - timedelta(hours=9)
    return replace(ended(base), window=replace(WINDOW, cancelled_at=at), now=at)


_ACCEPTED, _ENDED = MailKind.MAINTENANCE_ACCEPTED, MailKind.MAINTENANCE_ENDED
TURNS: dict[str, tuple[MailKind, Plan, Callable[[Facts], Facts]]] = {
    "maintenance_accepted-extended": (_ACCEPTED, Plan.RESPOND, _extended),
    "maintenance_accepted-weekly": (_ACCEPTED, Plan.RESPOND, _weekly),
    "maintenance_ended-weekly": (_ENDED, Plan.RESPOND, _weekly_ended),
    "maintenance_ended-still-failing": (_ENDED, Plan.RESPOND, _still_failing),
    "maintenance_ended-overlapped": (_ENDED, Plan.RESPOND, _overlapped),
    "maintenance_ended-early": (_ENDED, Plan.RESPOND, _ended_early),
    "maintenance_ended-cancelled": (_ENDED, Plan.RESPOND, _cancelled),
}
"""The turns that maintenance can take."""
