"""The rails before a repair, on production's tables."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalate import check_rails, judge_runbook, pause_monitors, refuse_run, resume_monitor
from tests.functions.acme import HTTP, SERVER, confirmed, sign
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.domain.policy import Policy
from toban.domain.rails import Rails
from toban.domain.repair import HoldReason, RepairReport
from toban.domain.transition import Condition
from toban.domain.work import Work
from toban.store import contracts, evidence, rails, record, repairs, states
from toban.store.documents import to_document

pytestmark = pytest.mark.usefixtures("aws")
WORK = Work(HTTP, "nginx")


def open_incident(rule_clock: RuleClock) -> Incident:
    sign()
    return admit(confirmed(HTTP, rule_clock()))


def check(incident: Incident) -> dict[str, Any]:
    return check_rails.handler(
        {"incident": to_document(incident), "work": to_document(WORK)}, object()
    )


def test_a_repair_with_nothing_in_its_way_runs_and_is_counted(rule_clock: RuleClock) -> None:
    incident = open_incident(rule_clock)

    assert check(incident)["verdict"] == "run"
    assert len(rails.runs(SERVER, "another", "nginx")) == 1


def test_the_same_run_asked_again_is_counted_once(rule_clock: RuleClock) -> None:
    incident = open_incident(rule_clock)
    check(incident)

    assert check(incident)["verdict"] == "run"
    assert len(rails.runs(SERVER, "another", "nginx")) == 1


def test_a_unit_restarted_within_the_hour_is_left_alone_and_the_mail_can_say_why(
    rule_clock: RuleClock,
) -> None:
    repairs.claim(SERVER, "nginx", "earlier", rule_clock(), 3_600)
    rule_clock.pass_by(1_800)
    incident = open_incident(rule_clock)

    held = check(incident)
    report = evidence.load(incident.incident_id, f"repair-{HTTP}", RepairReport)

    assert (held["verdict"], held["rail"]) == ("held", "unit_per_hour")
    assert report is not None
    assert (report.hold, report.changed) == (HoldReason.RESTARTED_RECENTLY, False)


@pytest.mark.parametrize("whose", ["acme", "provider"])
def test_the_kill_switch_holds_every_repair(rule_clock: RuleClock, whose: str) -> None:
    incident = open_incident(rule_clock)
    contracts.stop_repairs(whose, "Alice, migration")

    assert check(incident)["rail"] == "kill_switch"
    contracts.allow_repairs(whose)
    assert check(incident)["rail"] == "clear"


@pytest.mark.clause("P-10")
def test_a_storm_leaves_its_servers_to_people_however_late_and_no_later_failure(
    rule_clock: RuleClock,
) -> None:
    incident = open_incident(rule_clock)
    for number in range(11):
        rails.note_failing_server(f"acme.web{number:02}", rule_clock())

    assert check(incident)["rail"] == "storm"
    rule_clock.pass_by(121)
    assert check(incident)["rail"] == "storm"
    assert check(replace(incident, opened_at=rule_clock()))["rail"] == "clear"


def test_three_failed_verifications_disarm_a_runbook_until_it_is_armed_again(
    rule_clock: RuleClock,
) -> None:
    incident = open_incident(rule_clock)
    for number in range(3):
        rails.judge_runbook(
            "rb_unit(nginx)", f"acme.web01.{number}", rule_clock(), Rails(), helped=False
        )

    assert check(incident)["rail"] == "disarmed"
    rails.arm("acme", "rb_unit(nginx)")
    assert check(incident)["rail"] == "clear"


def test_the_disarming_is_told_once(rule_clock: RuleClock) -> None:
    incident = open_incident(rule_clock)
    for number in range(2):
        rails.judge_runbook(
            "rb_unit(nginx)", f"acme.web01.{number}", rule_clock(), Rails(), helped=False
        )
    event = {"incident": to_document(incident), "work": to_document(WORK)}

    first = judge_runbook.handler({**event, "verification": "failed"}, object())
    again = judge_runbook.handler({**event, "verification": "failed"}, object())

    assert (first["disarmed"], again["disarmed"]) == (True, False)


def test_what_nobody_could_see_counts_against_no_runbook(rule_clock: RuleClock) -> None:
    incident = open_incident(rule_clock)
    event = {"incident": to_document(incident), "work": to_document(WORK)}
    for number in range(2):
        rails.judge_runbook(
            "rb_unit(nginx)", f"acme.web01.{number}", rule_clock(), Rails(), helped=False
        )

    judged = judge_runbook.handler({**event, "verification": "unproven"}, object())

    assert judged == {"disarmed": False, "after": False}
    assert not rails.is_disarmed("acme", "rb_unit(nginx)")


def test_a_runbook_that_needs_approval_is_asked_for(rule_clock: RuleClock) -> None:
    contracts.save_policy(Policy(rails=Rails(approval=("rb_unit(nginx)",), approval_seconds=60)))
    incident = open_incident(rule_clock)
    incident = Incident(**{**_fields(incident), "policy": contracts.policy()})

    assert check(incident) == {"verdict": "ask", "rail": "clear", "approval_seconds": 60}


@pytest.mark.parametrize(
    ("minutes", "verdict", "seconds"), [(0, "ask", 570), (9, "ask", 30), (10, "held", 0)]
)
def test_nobody_is_asked_for_longer_than_until_the_telephone_starts(
    rule_clock: RuleClock, minutes: int, verdict: str, seconds: int
) -> None:
    contracts.save_policy(Policy(rails=Rails(approval=("rb_unit(nginx)",))))
    incident = open_incident(rule_clock)
    incident = Incident(**{**_fields(incident), "policy": contracts.policy()})
    repairs.await_end(incident.incident_id, 1, "token", rule_clock())
    rule_clock.pass_by(minutes * 60)

    decided = check(incident)

    assert (decided["verdict"], decided["approval_seconds"]) == (verdict, seconds)


def _fields(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in Incident.__slots__}


def test_a_run_that_nobody_approved_is_on_record_and_in_the_mail(rule_clock: RuleClock) -> None:
    incident = open_incident(rule_clock)

    refuse_run.handler({"incident": to_document(incident), "work": to_document(WORK)}, object())
    report = evidence.load(incident.incident_id, f"repair-{HTTP}", RepairReport)

    assert report is not None
    assert report.hold is HoldReason.NOT_APPROVED
    assert "rails: not_approved" in [e.event for e in record.events(incident.incident_id)]


def test_counters_that_cannot_be_read_hold_the_repair(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = open_incident(rule_clock)

    def unreachable(*_: object) -> list[object]:
        raise ConnectionError("DynamoDB is away")

    monkeypatch.setattr(rails, "restarts", unreachable)

    assert check(incident)["rail"] == "counters_unreachable"


@pytest.mark.clause("P-6")
def test_a_paused_monitor_is_not_alerted_again(rule_clock: RuleClock) -> None:
    incident = open_incident(rule_clock)
    event = {"incident": to_document(incident), "about": [HTTP]}

    paused = pause_monitors.handler(event, object())
    again = pause_monitors.handler(event, object())

    assert paused == again == {"paused": [HTTP]}
    assert states.unwell("shard")[HTTP].condition is Condition.PAUSED


@pytest.mark.clause("P-6")
def test_a_monitor_that_has_recovered_meanwhile_is_not_paused(rule_clock: RuleClock) -> None:
    incident = open_incident(rule_clock)
    well = Observation(HTTP, Reason.OK, rule_clock())
    states.recover(states.unwell("shard")[HTTP], well)

    event = {"incident": to_document(incident), "about": [HTTP]}

    assert pause_monitors.handler(event, object()) == {"paused": []}


@pytest.mark.clause("P-7")
def test_a_resumed_monitor_starts_anew(rule_clock: RuleClock) -> None:
    incident = open_incident(rule_clock)
    pause_monitors.handler({"incident": to_document(incident), "about": [HTTP]}, object())
    rule_clock.pass_by(timedelta(days=2).total_seconds())
    well = Observation(HTTP, Reason.OK, rule_clock())
    ids = {"monitor_id": HTTP, "incident_id": incident.incident_id}

    resumed = resume_monitor.handler({**ids, "observation": to_document(well)}, object())

    assert resumed["incident"]["incident_id"] == incident.incident_id
    assert states.unwell("shard") == {}
    assert admit(confirmed(HTTP, rule_clock())).incident_id != incident.incident_id
