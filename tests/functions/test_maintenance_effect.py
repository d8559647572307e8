"""What a window withholds, and what it never does (clause C-5)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalate.clear_suspicion import handler as clear_suspicion
from escalate.open_incident import handler as open_incident
from probe.announced import AnnouncedMaintenance
from probe.follow_up import FollowUp
from probe.recheck import handler as recheck
from tests.functions.acme import HTTP, LOAD, MYSQL, SERVER, confirmed, failing, sign
from tests.functions.announcing import all_refusing, events, executions, planned
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.contract import Server
from toban.domain.observation import Reason
from toban.domain.policy import PORT_PROCESS, RESOURCE, Policy
from toban.domain.transition import Condition, MonitorState, Move
from toban.store import maintenance, states
from toban.store.documents import to_document

IN_MAINTENANCE = "failing in maintenance, nothing sent"


@pytest.fixture(autouse=True)
def _acme(machines: None, rule_clock: RuleClock) -> None:
    sign()


@pytest.fixture
def down(machines: None, rule_clock: RuleClock, nobody_listens: int) -> Server:
    return all_refusing(nobody_listens)


def follow_up(rule_clock: RuleClock) -> FollowUp:
    return FollowUp("every-3-min.phase-0.shard-000", rule_clock(), Policy())


@pytest.mark.clause("C-5")
@pytest.mark.parametrize("move", [Move.SUSPECT, Move.ALERT, Move.RESUME_CONFIRMING])
def test_a_failure_in_the_window_begins_nothing_and_is_on_record(
    rule_clock: RuleClock, move: Move
) -> None:
    window_id = planned(minutes=60)
    monitor_id, profile = (LOAD, RESOURCE) if move is Move.ALERT else (HTTP, PORT_PROCESS)
    state = MonitorState(monitor_id, Condition.CONFIRMING, rule_clock())
    round_ = follow_up(rule_clock)

    round_.do(move, failing(monitor_id, rule_clock()), state, profile)

    assert round_.over_threshold == {}
    assert states.get(monitor_id) is None
    assert executions("confirm") == []
    assert IN_MAINTENANCE in events(window_id)


@pytest.mark.clause("C-5", "N-7")
def test_a_recovery_in_the_window_is_followed_up(rule_clock: RuleClock) -> None:
    admit(confirmed(HTTP, rule_clock()))
    planned(minutes=60)
    state = states.unwell("shard")[HTTP]
    good = replace(failing(HTTP, rule_clock()), reason=Reason.OK)

    follow_up(rule_clock).do(Move.RECOVER, good, state, PORT_PROCESS)

    assert states.unwell("shard")[HTTP].recovery is not None


def test_the_first_failure_in_the_window_stands_on_record(rule_clock: RuleClock) -> None:
    window_id = planned(minutes=60)
    for _ in range(3):
        follow_up(rule_clock).do(Move.SUSPECT, failing(HTTP, rule_clock()), None, PORT_PROCESS)
        rule_clock.pass_by(180)

    assert events(window_id).count(IN_MAINTENANCE) == 1


def test_each_server_is_asked_about_once_a_round(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def near(server_id: str, _at: Any) -> list[Any]:
        asked.append(server_id)
        return []

    monkeypatch.setattr(maintenance, "near", near)
    announced = AnnouncedMaintenance()
    for monitor_id in (HTTP, MYSQL, "acme.web02.http"):
        announced.withholds(failing(monitor_id, rule_clock()))

    assert asked == [SERVER, "acme.web02"]


def test_a_good_check_asks_about_no_window(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def near(*_: Any) -> list[Any]:
        raise AssertionError("a window was looked up")

    monkeypatch.setattr(maintenance, "near", near)
    states.mark_unknown(HTTP, "shard", rule_clock(), "blind")
    good = replace(failing(HTTP, rule_clock()), reason=Reason.OK)

    follow_up(rule_clock).do(Move.CLEAR, good, states.get(HTTP), PORT_PROCESS)

    assert states.unwell("shard") == {}


@pytest.mark.clause("C-5")
def test_a_failure_that_is_being_confirmed_when_the_window_begins_is_dropped(
    rule_clock: RuleClock, down: Server
) -> None:
    suspicion = replace(confirmed(HTTP, rule_clock()), strikes=1)
    states.suspect(HTTP, "shard", suspicion.first_failed_at, "refused")
    window_id = planned(minutes=60)

    judged = recheck(dict(to_document(suspicion)), None)
    outcome = clear_suspicion(judged, None)

    assert judged["verdict"] == "in_maintenance"
    assert outcome == {"cleared": False}
    assert states.unwell("shard") == {}
    assert "in maintenance, nothing sent" in events(suspicion.name)
    assert IN_MAINTENANCE in events(window_id)


def test_without_a_window_the_same_recheck_goes_on(rule_clock: RuleClock, down: Server) -> None:
    suspicion = replace(confirmed(HTTP, rule_clock()), strikes=1)

    assert recheck(dict(to_document(suspicion)), None)["verdict"] == "still_down"


@pytest.mark.clause("C-5")
@pytest.mark.parametrize("monitor_id", [HTTP, LOAD])
def test_what_is_confirmed_in_the_last_moment_before_the_window_opens_no_incident(
    rule_clock: RuleClock, monitor_id: str
) -> None:
    suspicion = confirmed(monitor_id, rule_clock())
    states.suspect(monitor_id, "shard", suspicion.first_failed_at, "refused")
    window_id = planned(minutes=60)

    opened = open_incident({"suspicions": [to_document(suspicion)]}, None)

    assert opened == {"incident_id": "", "joined": False}
    assert states.unwell("shard") == {}
    assert executions("incident") == []
    assert IN_MAINTENANCE in events(window_id)


def test_a_monitor_outside_the_window_opens_its_incident(rule_clock: RuleClock) -> None:
    planned(minutes=60, monitor_ids=["http"])
    both = [to_document(confirmed(each, rule_clock())) for each in (HTTP, MYSQL)]

    opened = open_incident({"suspicions": both}, None)

    assert executions("incident") == [opened["incident_id"]]
    assert states.unwell("shard").keys() == {MYSQL}


def test_an_alert_that_stands_keeps_its_incident_also_when_its_opening_is_repeated(
    rule_clock: RuleClock,
) -> None:
    suspicion = confirmed(HTTP, rule_clock())
    incident = admit(suspicion)
    planned(minutes=60)

    opened = open_incident({"suspicions": [to_document(suspicion)]}, None)

    assert opened["incident_id"] == incident.incident_id
    assert executions("incident") == [incident.incident_id]


def test_windows_of_long_ago_are_not_read_any_more(rule_clock: RuleClock) -> None:
    planned(minutes=60)
    rule_clock.at += timedelta(days=60)

    assert maintenance.near(SERVER, rule_clock()) == []
