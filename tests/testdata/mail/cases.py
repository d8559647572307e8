"""The mails of an outage: every kind for every plan that gets it, and the turns it can take."""

from dataclasses import replace
from datetime import timedelta

from escalate.facts import Facts
from tests.testdata.mail import graphs, kinds, windows
from tests.testdata.mail.samples import (
    COMMANDS,
    CONFIRMED,
    CUSTOMER,
    DISK,
    DISK_FULL,
    FTP,
    HTTP,
    HTTP_DOWN,
    PAUSED_LINES,
    PROCESS,
    PROCESS_GONE,
    PROVIDER,
    RECOVERED,
    SENT,
    URL,
    URL_BROKEN,
    alert,
    collected,
    held_back,
    repaired,
    server,
)
from toban.domain.incident import Incident
from toban.domain.letters import PLANS, MailKind, Notice
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.repair import Diagnostics


def facts(kind: MailKind, locale: str, plan: Plan = Plan.RESPOND) -> Facts:
    """Return the plainest facts of a kind of mail."""
    opened = CONFIRMED.replace(microsecond=0)
    base = Facts(
        kind=kind,
        provider=PROVIDER[locale],
        now=SENT,
        incident=Incident(
            "acme.web01.20261122T180503Z", "acme", "acme.web01", plan, opened, 30, Policy()
        ),
        customer=CUSTOMER[locale],
        server=server(plan),
    )
    return kinds.BY_KIND[kind](base)


def _many(base: Facts) -> Facts:
    alerts = (URL_BROKEN, HTTP_DOWN, PROCESS_GONE)
    return replace(kinds.alerted(base), alerts=alerts, confirming_monitor_ids=(FTP.monitor_id,))


def _mixed(base: Facts) -> Facts:
    return replace(kinds.alerted(base), alerts=(HTTP_DOWN, DISK_FULL))


def _not_entered(base: Facts) -> Facts:
    closed = Diagnostics(CONFIRMED, SENT, failure="timeout: 203.0.113.10:22")
    return replace(kinds.alerted(base), diagnostics=closed)


def _key_changed(base: Facts) -> Facts:
    changed = Diagnostics(CONFIRMED, SENT, failure="host_key_changed", host_key_changed=True)
    return replace(kinds.alerted(base), diagnostics=changed)


def _history(base: Facts) -> Facts:
    values = (85.2, 88.9, 93.4)
    seen = [alert(DISK, Reason.OVER_THRESHOLD, value).observation for value in values]
    return replace(kinds.over_threshold(base), recent_values=seen, diagnostics=collected())


def _others_open(base: Facts) -> Facts:
    return replace(
        kinds.recovered(base),
        alerts=(HTTP_DOWN, DISK_FULL, URL_BROKEN),
        open_monitor_ids=(DISK.monitor_id, URL.monitor_id),
    )


def _recovered_after_repair(base: Facts) -> Facts:
    return replace(kinds.recovered(base), repair=repaired())


def _resource_recovered(base: Facts) -> Facts:
    return replace(
        kinds.recovered(base),
        alerts=(DISK_FULL,),
        monitor_id=DISK.monitor_id,
        observation=Observation(DISK.monitor_id, Reason.OK, RECOVERED, 71.0),
    )


def _held_back(base: Facts) -> Facts:
    return replace(kinds.not_restored(base), repair=held_back())


def _calling(base: Facts) -> Facts:
    report_at = RECOVERED + timedelta(minutes=30)
    return replace(kinds.not_restored(base), calling=True, next_report_at=report_at)


def _several_paused(base: Facts) -> Facts:
    return replace(
        kinds.unreachable(base),
        alerts=(HTTP_DOWN, PROCESS_GONE),
        about_monitor_ids=(HTTP.monitor_id, PROCESS.monitor_id),
    )


def _nobody_to_call(base: Facts) -> Facts:
    return replace(kinds.unreachable(base), calls=())


def _fifth_report(base: Facts) -> Facts:
    seen = Observation(HTTP.monitor_id, Reason.TIMEOUT, base.now)
    return replace(
        kinds.progressing(base), progress_number=5, observation=seen, next_report_at=None
    )


def _approval(base: Facts) -> Facts:
    deadline = base.now + timedelta(seconds=570)
    detail = "\n\n".join(COMMANDS)
    return replace(base, notice=Notice.APPROVAL_ASKED, detail=detail, deadline=deadline)


def _paused_list(base: Facts) -> Facts:
    nobody = replace(base, incident=None, customer=None, server=None)
    return replace(nobody, notice=Notice.PAUSED_REMINDER, detail="\n".join(PAUSED_LINES))


def _blind(base: Facts) -> Facts:
    nobody = replace(base, incident=None, customer=None, server=None)
    return replace(nobody, notice=Notice.PROBER_BLIND, detail="every-3-min.phase-0")


def _named(kind: MailKind, plan: Plan) -> str:
    return f"{kind.value}-{plan.value}"


_SPECIAL = windows.TURNS | {
    "alert-several": (MailKind.ALERT, Plan.RESPOND, _many),
    "alert-with-resource": (MailKind.ALERT, Plan.RESPOND, _mixed),
    "alert-not-entered": (MailKind.ALERT, Plan.RESPOND, _not_entered),
    "alert-key-changed": (MailKind.ALERT, Plan.MANAGED, _key_changed),
    "resource_alert-history": (MailKind.RESOURCE_ALERT, Plan.NOTIFY, _history),
    "alert-graphs": (MailKind.ALERT, Plan.RESPOND, graphs.beside_a_service),
    "resource_alert-graphs": (MailKind.RESOURCE_ALERT, Plan.NOTIFY, graphs.of_the_disk),
    "failure_contact-graphs": (MailKind.FAILURE_CONTACT, Plan.RESPOND, graphs.after_the_repair),
    "recovery-others-open": (MailKind.RECOVERY, Plan.NOTIFY, _others_open),
    "recovery-after-repair": (MailKind.RECOVERY, Plan.RESPOND, _recovered_after_repair),
    "recovery-resource": (MailKind.RECOVERY, Plan.NOTIFY, _resource_recovered),
    "failure_contact-held-back": (MailKind.FAILURE_CONTACT, Plan.RESPOND, _held_back),
    "failure_contact-calling": (MailKind.FAILURE_CONTACT, Plan.RESPOND, _calling),
    "failure_contact-next-report": (MailKind.FAILURE_CONTACT, Plan.MANAGED, _calling),
    "unreachable_all-several": (MailKind.UNREACHABLE_ALL, Plan.RESPOND, _several_paused),
    "unreachable_all-nobody-to-call": (MailKind.UNREACHABLE_ALL, Plan.RESPOND, _nobody_to_call),
    "progress-fifth": (MailKind.PROGRESS, Plan.MANAGED, _fifth_report),
    "operator_notice-approval": (MailKind.OPERATOR_NOTICE, Plan.RESPOND, _approval),
    "operator_notice-paused": (MailKind.OPERATOR_NOTICE, Plan.RESPOND, _paused_list),
    "operator_notice-blind": (MailKind.OPERATOR_NOTICE, Plan.NOTIFY, _blind),
}
PLAIN = [
    *((kind, plan) for kind in kinds.BY_KIND for plan in Plan if plan in PLANS[kind]),
    (MailKind.OPERATOR_NOTICE, Plan.RESPOND),
]
CASES = {_named(kind, plan): (kind, plan, kinds.BY_KIND[kind]) for kind, plan in PLAIN} | _SPECIAL
"""Every kind of mail for every plan that gets it, and the turns that an outage can take."""


def case(name: str, locale: str) -> Facts:
    """Return the facts of one of CASES."""
    kind, plan, turn = CASES[name]
    return turn(facts(kind, locale, plan))
