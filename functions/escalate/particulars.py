"""What fills the templates: every value is harmless text in the customer's language."""

from datetime import datetime

from escalate.case import Case
from escalate.evidence import Evidence, evidence
from toban.domain.check import Kind
from toban.domain.incident import Alert
from toban.domain.letters import Level, MailKind, level_of
from toban.domain.plan import Capability, may
from toban.domain.repair import (
    TELLING,
    Diagnostics,
    HoldReason,
    RepairOutcome,
    RepairReport,
    StepName,
    StepReport,
)
from toban.text.measure import expected, observed
from toban.text.moments import rough_moment, time_of_day
from toban.text.plain import lines, one_line
from toban.text.remarks import remarked

DETAIL_LINES = {True: 1, False: 6}
"""Lines of a step's own words in the mail: what went well needs few of them."""
View = dict[str, object]


def common_view(case: Case) -> View:
    """Return what every customer's mail shows."""
    host = one_line(case.server.host)
    return {
        "incident_id": one_line(case.incident.incident_id),
        "customer": one_line(case.customer.name),
        "host": host,
        "addresses": one_line(", ".join(case.server.addresses)) or case.words.unknown,
        "headline": case.words.say(
            "general", "headline", place=host, title=case.name(case.monitor_id)
        ),
        "plan": case.words.of(case.incident.plan),
        "alert": _alert(case, case.alert()),
    }


def alert_rows(case: Case) -> list[dict[str, str]]:
    """Return what every alert of the incident shows, in order of work."""
    return [_alert(case, alert) for alert in case.alerts]


def alert_view(case: Case) -> View:
    """Return what an alert adds: all that failed, what was found, what happens next."""
    others = case.others()
    return {
        "gravest": _gravest(case),
        "others": [_alert(case, other) for other in others],
        "others_count": case.words.say("general", "others", count=len(others)) if others else "",
        "others_named": case.names(other.monitor_id for other in others)
        or case.words.say("general", "none"),
        "confirming": case.names(case.facts.confirming_monitor_ids),
        "recent_values": _recent_values(case),
        "next_action": case.words.say("next_action", _next_action(case)),
        "diagnostics": _evidence(case),
    }


def recovery_view(case: Case) -> View:
    """Return what a recovery mail adds: after how long, what is still open, who acted."""
    return {
        "recovered_at": case.at(case.facts.recovered_at),
        "duration": duration(case),
        "current": _current_value(case),
        "open_items": case.names(case.facts.open_monitor_ids)
        or case.words.say("general", "all_recovered"),
        "note": _who_acted(case),
    }


def response_view(case: Case) -> View:
    """Return what a mail about the first response adds: the steps and how they ended."""
    facts, repair = case.facts, case.facts.repair
    untouched = repair is not None and repair.untouched
    return {
        "started_at": case.at(repair.started_at if repair else None),
        "recovered_at": case.at(facts.recovered_at),
        "steps": [step_view(case, repair, step) for step in repair.steps] if repair else [],
        "no_steps": case.words.say("repair", "no_steps") if untouched else case.words.unknown,
        "result": case.words.say("repair", "verified", count=case.incident.policy.verify_successes),
        "attempt": case.words.say("repair", "nothing_changed" if untouched else "attempt_made"),
        "current": current(case, case.words.unknown),
        "reason": why_not_recovered(case, repair),
        "managed": may(case.incident.plan, Capability.TAKE_OVER),
        "calling": facts.calling,
        "next_report_at": planned(case, facts.next_report_at),
        "diagnostics": _evidence(case),
    }


def _alert(case: Case, alert: Alert | None) -> dict[str, str]:
    monitor_id = alert.monitor_id if alert else case.monitor_id
    unknown = case.words.unknown
    told = {
        "item": case.name(monitor_id),
        "label": _label(case, monitor_id),
        "threshold": expected(case.words, case.check(monitor_id)),
    }
    if alert is None:
        missing = (
            "level",
            "value",
            "first_failed_at",
            "confirmed_at",
            "observed_at",
            "confirmed_by",
        )
        return told | dict.fromkeys(missing, unknown) | {"evidence": ""}
    return told | {
        "level": case.words.of(_level(case, alert)),
        "value": observed(case.words, case.check(monitor_id), alert.observation),
        "evidence": one_line(alert.observation.evidence),
        "first_failed_at": case.at(alert.first_failed_at),
        "confirmed_at": case.at(alert.confirmed_at),
        "observed_at": case.at(alert.observation.observed_at),
        "confirmed_by": _confirmed_by(case, monitor_id),
    }


def _label(case: Case, monitor_id: str) -> str:
    monitor = case.monitor(monitor_id)
    if monitor is None:
        return case.name(monitor_id)
    family, item = case.words.of(monitor.family), one_line(monitor.item)
    return case.words.say("general", "item", name=case.name(monitor_id), family=family, id=item)


def _level(case: Case, alert: Alert) -> Level:
    check = case.check(alert.monitor_id)
    grave_from = check.resource.grave_from if check and check.resource else None
    return level_of(check.kind if check else Kind.TCP, alert.observation, grave_from)


def _confirmed_by(case: Case, monitor_id: str) -> str:
    monitor, policy = case.monitor(monitor_id), case.incident.policy
    strikes = (monitor.profile(policy) if monitor else policy.port_process).strikes_to_confirm
    if strikes <= 1:
        return case.words.say("general", "confirmed_at_once")
    return case.words.say("general", "confirmed", count=strikes)


def _gravest(case: Case) -> str:
    """Return the level of the incident: a full disk beside a dead service is no mere warning."""
    levels = {_level(case, alert) for alert in case.alerts}
    ranked = (Level.CRITICAL, Level.WARNING)
    return case.words.of(next((each for each in ranked if each in levels), Level.UNKNOWN))


def _recent_values(case: Case) -> str:
    check = case.check(case.monitor_id)
    return " → ".join(observed(case.words, check, each) for each in case.facts.recent_values)


def _next_action(case: Case) -> str:
    plan, diagnostics = case.incident.plan, case.facts.diagnostics
    if not may(plan, Capability.REPAIR):
        return "notify"
    monitors = (case.monitor(alert.monitor_id) for alert in case.alerts)
    if not any(monitor and monitor.runbook for monitor in monitors):
        return "notify_only"
    if diagnostics and not diagnostics.findings and _was_not_entered(diagnostics):
        return "no_login"
    return plan.value


def _was_not_entered(diagnostics: Diagnostics) -> bool:
    return bool(diagnostics.failure) or diagnostics.host_key_changed


def _evidence(case: Case) -> Evidence:
    check = case.check(case.monitor_id)
    resource = check.resource.resource if check and check.resource else None
    if case.facts.kind is MailKind.RESOURCE_ALERT and case.facts.diagnostics is None:
        return Evidence()
    return evidence(case.facts.diagnostics, case.words, resource, case.customer.zone)


def planned(case: Case, at: datetime | None) -> str:
    """Return about when something is to happen, "" when it is not planned."""
    return rough_moment(at, case.customer.zone) if at else ""


def duration(case: Case) -> str:
    """Return how long the alert lasted."""
    alert, recovered_at = case.alert(), case.facts.recovered_at
    if alert is None or recovered_at is None:
        return case.words.unknown
    return case.words.duration(recovered_at - alert.first_failed_at)


def current(case: Case, otherwise: str) -> str:
    """Return what was seen last, or when the alert was raised; `otherwise` when nothing was."""
    alert = case.alert()
    observation = case.facts.observation or (alert.observation if alert else None)
    if observation is None:
        return otherwise
    return observed(case.words, case.check(case.monitor_id), observation)


def _current_value(case: Case) -> str:
    observation = case.facts.observation
    if observation is None:
        return case.words.of(Level.OK)
    return observed(case.words, case.check(case.monitor_id), observation)


def _who_acted(case: Case) -> str:
    repair = case.facts.repair
    if repair is None or repair.untouched:
        return case.words.say("recovery", "not_acted")
    if not repair.changed:
        return case.words.say("recovery", "cut_off")
    action = case.words.say("action", repair.last_change or StepName.RESTART)
    unit = one_line(repair.unit, 60)
    return case.words.say("recovery", "acted", unit=unit, action=action)


def step_view(case: Case, repair: RepairReport, step: StepReport) -> dict[str, object]:
    """Return a step with its result, and the server's own words about it."""
    held = repair.outcome is RepairOutcome.HELD_BACK
    ending = "passed" if step.passed else "stopped" if held else "failed"
    line = case.words.say(
        "repair",
        "line",
        at=time_of_day(step.at, case.customer.zone),
        step=case.words.of(step.name),
        result=case.words.say("repair", ending),
    )
    told = [remarked(each, case.words) for each in lines(step.detail)]
    brief = step.passed and step.name not in TELLING
    return {"line": line, "detail": told[: DETAIL_LINES[brief]]}


def why_not_recovered(case: Case, repair: RepairReport | None) -> str:
    """Return why the first response did not help, as far as it is known."""
    if repair is None:
        return case.words.unknown
    if repair.hold is not HoldReason.NONE:
        return case.words.of(repair.hold)
    return case.words.of(repair.outcome)
