"""Which alerts need a person on the telephone once the repair is over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from toban.domain.callees import escalate, needs_person
from toban.domain.check import Check, Kind
from toban.domain.contract import Family, Monitor
from toban.domain.incident import Alert
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def monitor(name: str, **more: object) -> Monitor:
    monitor_id = f"acme.web01.{name}"
    check = Check(monitor_id, Kind.TCP, "192.0.2.10", 80)
    plain = Monitor(monitor_id, name, Family.PORT, name, name, 70, check, phone=True)
    return replace(plain, **more)  # type: ignore[arg-type]


HTTP, LOAD = monitor("http"), monitor("load", phone=False)
DISK = monitor("disk", phone_from=95.0)
MONITORS = {each.monitor_id: each for each in (HTTP, LOAD, DISK)}
NOBODY: frozenset[str] = frozenset()


def alert(of: Monitor, value: float | None = None) -> Alert:
    seen = Observation(of.monitor_id, Reason.REFUSED, NOW, value)
    return Alert(of.monitor_id, of.priority, NOW, NOW, seen)


@pytest.mark.clause("P-3")
def test_what_was_not_recovered_is_told_on_the_telephone() -> None:
    escalation = escalate(Plan.RESPOND, [alert(HTTP)], MONITORS, NOBODY, {HTTP.monitor_id})

    assert escalation.call
    assert escalation.about == (HTTP.monitor_id,)
    assert not escalation.mail_about


@pytest.mark.clause("P-3")
def test_a_failure_that_no_mail_has_told_of_yet_is_mailed_as_well() -> None:
    escalation = escalate(Plan.RESPOND, [alert(HTTP)], MONITORS, NOBODY, NOBODY)

    assert (escalation.mail_about, escalation.mail_monitor) == (True, HTTP.monitor_id)


@pytest.mark.clause("N-1")
def test_the_notify_plan_calls_nobody() -> None:
    assert not escalate(Plan.NOTIFY, [alert(HTTP)], MONITORS, NOBODY, NOBODY).call


def test_what_is_well_again_calls_nobody() -> None:
    escalation = escalate(Plan.RESPOND, [alert(HTTP)], MONITORS, {HTTP.monitor_id}, NOBODY)

    assert not escalation.call
    assert not escalation.mail_about


def test_a_full_disk_calls_a_person_only_when_it_is_critical() -> None:
    assert not needs_person(DISK, alert(DISK, 91.0))
    assert needs_person(DISK, alert(DISK, 95.0))
    assert not needs_person(LOAD, alert(LOAD, 40.0))


@pytest.mark.clause("M-1")
def test_only_the_managed_plan_lets_engineers_take_over() -> None:
    managed = escalate(Plan.MANAGED, [alert(HTTP)], MONITORS, NOBODY, NOBODY)
    respond = escalate(Plan.RESPOND, [alert(HTTP)], MONITORS, NOBODY, NOBODY)

    assert managed.managed
    assert not respond.managed


def test_a_repair_that_has_had_to_help_too_often_calls_a_person_all_the_same() -> None:
    escalation = escalate(
        Plan.RESPOND, [alert(HTTP)], MONITORS, {HTTP.monitor_id}, NOBODY, call_anyway=True
    )

    assert escalation.call
    assert escalation.about == ()


def test_a_monitor_that_left_the_contract_calls_nobody() -> None:
    assert not escalate(Plan.RESPOND, [alert(monitor("gone"))], MONITORS, NOBODY, NOBODY).call
