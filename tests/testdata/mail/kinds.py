"""The plainest facts of each kind of mail."""

from dataclasses import replace
from datetime import timedelta

from escalate.facts import Facts
from escalate.picture import Enclosure
from tests.testdata.mail import windows
from tests.testdata.mail.night import ended
from tests.testdata.mail.samples import (
    CALLS,
    DISK_FULL,
    HTTP,
    HTTP_DOWN,
    PAUSED,
    PROCESS,
    PROCESS_GONE,
    RECOVERED,
    REPAIRED,
    collected,
    repaired,
)
from toban.domain.access import AccessNotice, Way, WayChange
from toban.domain.letters import MailKind, Notice
from toban.domain.month import MonthFigures
from toban.domain.observation import Observation, Reason


def alerted(base: Facts) -> Facts:
    """A service has failed."""
    return replace(base, alerts=(HTTP_DOWN,), diagnostics=collected())


def over_threshold(base: Facts) -> Facts:
    """A resource is over its threshold."""
    return replace(base, alerts=(DISK_FULL,))


def recovered(base: Facts) -> Facts:
    """The service is well again."""
    seen = Observation(HTTP.monitor_id, Reason.OK, RECOVERED)
    return replace(
        base,
        alerts=(HTTP_DOWN,),
        monitor_id=HTTP.monitor_id,
        recovered_at=RECOVERED,
        observation=seen,
    )


def responded(base: Facts) -> Facts:
    """Our restart has helped."""
    return replace(
        base,
        alerts=(HTTP_DOWN,),
        monitor_id=HTTP.monitor_id,
        repair=repaired(),
        recovered_at=REPAIRED,
    )


def not_restored(base: Facts) -> Facts:
    """Our restart has not helped."""
    return replace(
        base,
        alerts=(HTTP_DOWN,),
        monitor_id=HTTP.monitor_id,
        repair=repaired(),
        observation=Observation(HTTP.monitor_id, Reason.TIMEOUT, REPAIRED),
        diagnostics=collected(),
    )


def unreachable(base: Facts) -> Facts:
    """Nobody took up the telephone."""
    return replace(
        not_restored(base),
        diagnostics=None,
        calls=CALLS,
        paused_at=PAUSED,
        about_monitor_ids=(HTTP.monitor_id,),
    )


def resumed(base: Facts) -> Facts:
    """A paused monitor is well again."""
    resumed_at = PAUSED + timedelta(hours=2)
    return replace(recovered(base), paused_at=PAUSED, recovered_at=resumed_at)


def unwatched(base: Facts) -> Facts:
    """The contract of a monitor that still fails is over."""
    return replace(recovered(base), recovered_at=RECOVERED + timedelta(days=2))


def progressing(base: Facts) -> Facts:
    """Our engineers are still at work."""
    reported_at = RECOVERED + timedelta(hours=1)
    return replace(
        base,
        now=reported_at,
        alerts=(HTTP_DOWN, PROCESS_GONE),
        monitor_id=HTTP.monitor_id,
        open_monitor_ids=(HTTP.monitor_id, PROCESS.monitor_id),
        next_report_at=reported_at + timedelta(hours=1),
    )


def tested(base: Facts) -> Facts:
    """Nothing has happened: it is a test of the address."""
    return base


def reported(base: Facts) -> Facts:
    """All is over."""
    return replace(base, alerts=(HTTP_DOWN,), history=ended(base))


def month_told(base: Facts) -> Facts:
    """A month is over."""
    title = "2026年11月" if base.customer and base.customer.locale == "ja" else "November 2026"
    servers = (("web01", "99.861 %"), ("db01", "100.000 %"))
    figures = MonthFigures("acme", "acme.report.2026-11", title, 2, servers)
    files = (Enclosure("acme.report.2026-11.html", "<p>", "html"),)
    return replace(base, incident=None, server=None, month=figures, enclosures=files)


def not_entered(base: Facts) -> Facts:
    """The daily check could not log in."""
    change = WayChange(AccessNotice.FAILED, Way.SSH, "login_refused", "user toban", PAUSED)
    return replace(base, change=change)


def noticed(base: Facts) -> Facts:
    """Something for the operators."""
    return replace(
        base, notice=Notice.HOST_KEY_CHANGED, detail="ssh-ed25519 SHA256:9f2c... offered"
    )


BY_KIND = {
    MailKind.ALERT: alerted,
    MailKind.RESOURCE_ALERT: over_threshold,
    MailKind.RECOVERY: recovered,
    MailKind.RESPONSE_DONE: responded,
    MailKind.FAILURE_CONTACT: not_restored,
    MailKind.UNREACHABLE_ALL: unreachable,
    MailKind.RESUMED: resumed,
    MailKind.WATCH_ENDED: unwatched,
    MailKind.PROGRESS: progressing,
    MailKind.INCIDENT_REPORT: reported,
    MailKind.MAINTENANCE_ACCEPTED: windows.accepted,
    MailKind.MAINTENANCE_ENDED: windows.ended,
    MailKind.MONTH_REPORT: month_told,
    MailKind.ACCESS_NOTICE: not_entered,
    MailKind.TEST_MAIL: tested,
    MailKind.OPERATOR_NOTICE: noticed,
}
