"""Executions that are begun anew from the start while things have gone on (at least once)."""

from dataclasses import replace
from typing import Any

import pytest

from escalate import await_recovery, open_incident, pause_monitors, resume_monitor
from tests.functions.acme import HTTP, SERVER, confirmed, sign
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.store import record, states
from toban.store.documents import to_document

pytestmark = pytest.mark.usefixtures("machines")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What waiting tasks are told, by token."""
    told: list[tuple[str, Any]] = []
    for module in (await_recovery, pause_monitors):
        monkeypatch.setattr(module, "complete", lambda token, output: told.append((token, output)))
    return told


def paused(rule_clock: RuleClock) -> Incident:
    sign()
    incident = admit(confirmed(HTTP, rule_clock()))
    rule_clock.pass_by(300)
    pause_monitors.handler({"incident": to_document(incident), "about": [HTTP]}, object())
    return incident


def await_again(incident: Incident) -> None:
    event = {"incident": to_document(incident), "monitor_id": HTTP, "token": "anew"}
    await_recovery.handler(event, object())


@pytest.mark.clause("P-6")
def test_a_confirmation_of_a_monitor_that_is_paused_by_now_opens_no_incident(
    rule_clock: RuleClock, answers: list[tuple[str, Any]]
) -> None:
    paused(rule_clock)
    suspicion = confirmed(HTTP, rule_clock())

    answer = open_incident.handler({"suspicions": [to_document(suspicion)]}, object())

    assert answer == {"incident_id": "", "joined": False}
    assert [event.event for event in record.events(suspicion.name)] == ["paused, nothing sent"]
    assert states.unwell("shard")[HTTP].condition == "paused"


@pytest.mark.clause("P-6")
def test_who_waits_anew_for_a_monitor_that_is_paused_by_now_is_told_so(
    rule_clock: RuleClock, answers: list[tuple[str, Any]]
) -> None:
    incident = paused(rule_clock)

    await_again(incident)

    assert answers == [("anew", {"paused": True})]


@pytest.mark.clause("P-7")
def test_who_waits_anew_for_a_monitor_that_has_resumed_is_told_of_the_good_check(
    rule_clock: RuleClock, answers: list[tuple[str, Any]]
) -> None:
    incident = paused(rule_clock)
    seen = Observation(HTTP, Reason.OK, rule_clock())
    ids = {"monitor_id": HTTP, "incident_id": incident.incident_id}
    resume_monitor.handler({**ids, "observation": to_document(seen)}, object())

    await_again(incident)

    assert answers == [("anew", {"observation": seen})]


def test_who_waits_for_an_alert_that_never_was_is_not_left_waiting(
    rule_clock: RuleClock, answers: list[tuple[str, Any]]
) -> None:
    incident = paused(rule_clock)
    other = replace(incident, incident_id=f"{SERVER}.other")

    with pytest.raises(states.NotAlertedError):
        await_again(other)
    assert answers == []
