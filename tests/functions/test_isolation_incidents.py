"""Nothing of an incident of ACME is done, told or answered in the name of Globex (issue:
isolation).

Each test is an attempt, and says what stops it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contract import plan_maintenance
from escalate import (
    ask_approval,
    await_progress,
    await_recovery,
    check_rails,
    close_alert,
    close_incident,
    judge_runbook,
    pause_monitors,
    pick_callees,
    pick_work,
    refuse_run,
    release_turn,
    report_incident,
    resume_monitor,
    send_mail,
    send_month_report,
    start_phone_chain,
    stop_calls,
    take_answer,
    take_turn,
)
from graphs import draw_for_mail
from probe import recheck_server, verify_repair
from respond import collect_diagnostics, roll_back, run_commands, run_runbook
from tests.functions.acme import ALICE, BOB, HTTP, SERVER, confirmed
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, notices, office
from tests.functions.two_customers import (
    EVE,
    THEIR_HTTP,
    THEIR_SERVER,
    WORDS,
    incident_of,
    sign_both,
    stored,
)
from toban.domain.call import Callees, CallId
from toban.domain.incident import Incident
from toban.domain.month import MonthFigures
from toban.domain.observation import Observation, Reason
from toban.domain.rails import Rails
from toban.domain.verification import Proof
from toban.domain.work import Work
from toban.store import calls, contracts, incidents, maintenance, rails, turns
from toban.store.documents import to_document

__all__ = ["notices", "office"]

Handler = Callable[[dict[str, Any], object], Any]
FOREIGN = "do not belong together"
OF_AN_INCIDENT = (
    ask_approval,
    await_progress,
    await_recovery,
    check_rails,
    close_alert,
    close_incident,
    collect_diagnostics,
    draw_for_mail,
    judge_runbook,
    pause_monitors,
    pick_callees,
    pick_work,
    refuse_run,
    release_turn,
    report_incident,
    roll_back,
    run_runbook,
    send_mail,
    start_phone_chain,
    stop_calls,
    take_turn,
    verify_repair,
)
ENTRIES = {each.__name__: each.handler for each in OF_AN_INCIDENT}


@pytest.fixture
def both(office: PostOffice, rule_clock: RuleClock) -> tuple[Incident, Incident]:
    """An incident of ACME and one of Globex that go on at the same time."""
    sign_both()
    return incident_of(HTTP, rule_clock()), incident_of(THEIR_HTTP, rule_clock())


def _good(monitor_id: str, clock: RuleClock) -> dict[str, Any]:
    return dict(to_document(Observation(monitor_id, Reason.OK, clock())))


def _event(incident: Incident, clock: RuleClock, **mixed: Any) -> dict[str, Any]:
    """Return an event of everything that a step may be handed, with some of its ids changed."""
    work = Work(THEIR_HTTP, "nginx")
    return {
        "incident": {**to_document(incident), **mixed},
        "kind": "recovery",
        "monitor_id": THEIR_HTTP,
        "monitor_ids": [THEIR_HTTP],
        "about": [THEIR_HTTP],
        "alerts": [],
        "observation": _good(THEIR_HTTP, clock),
        "observations": [],
        "work": to_document(work),
        "proof": to_document(Proof()),
        "verification": "verified",
        "callees": "contacts",
        "round": 1,
        "fence": 1,
        "seconds": 60,
        "priority": 70,
        "token": "token",
    }


@pytest.mark.parametrize("handler", ENTRIES.values(), ids=ENTRIES)
def test_no_step_takes_an_incident_of_one_customer_with_the_server_of_the_other(
    both: tuple[Incident, Incident], office: PostOffice, rule_clock: RuleClock, handler: Handler
) -> None:
    """An incident is only read when its ids are of one server of one customer."""
    acmes, theirs = both
    before = stored("acme"), stored("globex")
    mixed: list[dict[str, Any]] = [
        {"incident_id": acmes.incident_id},
        {"server_id": SERVER},
        {"customer_id": "acme"},
        {"incident_id": acmes.incident_id, "server_id": SERVER},
    ]

    for ids in mixed:
        with pytest.raises(Exception, match=FOREIGN):
            handler(_event(theirs, rule_clock, **ids), None)

    assert (stored("acme"), stored("globex")) == before
    assert office.letters == []


@pytest.mark.parametrize("step", [close_alert, send_mail])
@pytest.mark.parametrize("named", ["monitor_id", "observation"])
def test_an_alert_of_acme_is_neither_closed_nor_told_of_in_an_incident_of_globex(
    both: tuple[Incident, Incident],
    office: PostOffice,
    rule_clock: RuleClock,
    step: Any,
    named: str,
) -> None:
    before = stored("acme"), stored("globex")
    foreign = {"monitor_id": HTTP, "observation": _good(HTTP, rule_clock)}[named]

    with pytest.raises(ValueError, match=FOREIGN):
        step.handler({**_event(both[1], rule_clock), named: foreign}, None)

    assert (stored("acme"), stored("globex")) == before
    assert office.letters == []


def test_a_monitor_of_acme_is_not_resumed_by_an_incident_of_globex(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    event = {
        "monitor_id": HTTP,
        "incident_id": both[1].incident_id,
        "observation": _good(HTTP, rule_clock),
    }

    with pytest.raises(ValueError, match=FOREIGN):
        resume_monitor.handler(event, None)


def test_a_monitor_of_acme_is_not_paused_by_an_incident_of_globex(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    """A state is changed only by the incident that it stands in."""
    before = stored("acme")

    event = {**_event(both[1], rule_clock), "about": [HTTP]}

    assert pause_monitors.handler(event, None) == {"paused": []}
    assert stored("acme") == before


def test_a_runbook_never_works_on_a_monitor_of_another_server(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    """The server is the incident's, and it has no such monitor; nobody logs in anywhere."""
    event = {**_event(both[1], rule_clock), "work": to_document(Work(HTTP, "nginx"))}

    for step in (run_runbook, check_rails, judge_runbook):
        with pytest.raises(KeyError, match=HTTP):
            step.handler(event, None)
    with pytest.raises(Exception, match=FOREIGN):
        run_runbook.handler({**event, "work": {**event["work"], "also": [THEIR_HTTP]}}, None)


def test_only_the_servers_own_monitors_are_asked(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    asked = {"server_id": THEIR_SERVER, "monitor_ids": [HTTP]}

    for step in (recheck_server, run_commands):
        assert not step.handler(asked, None)["observations"]
    judged = verify_repair.handler({**_event(both[1], rule_clock), "monitor_ids": [HTTP]}, None)
    assert judged["verification"] != "verified"


@pytest.mark.clause("N-4")
def test_failures_of_two_customers_in_one_second_are_never_one_incident(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    acmes, theirs = both

    with pytest.raises(ValueError, match=FOREIGN):
        incidents.admit([confirmed(HTTP, rule_clock()).alert(70)], "shard", theirs)

    assert [alert.monitor_id for alert in incidents.alerts(acmes.incident_id)] == [HTTP]
    assert [alert.monitor_id for alert in incidents.alerts(theirs.incident_id)] == [THEIR_HTTP]


@pytest.mark.clause("N-1", "N-2")
@pytest.mark.parametrize("kind", ["alert", "recovery", "failure_contact", "unreachable_all"])
def test_no_mail_to_one_customer_names_anything_of_the_other(
    both: tuple[Incident, Incident], office: PostOffice, rule_clock: RuleClock, kind: str
) -> None:
    for incident, monitor_id in zip(both, (HTTP, THEIR_HTTP), strict=True):
        event = {"incident": to_document(incident), "monitor_ids": [monitor_id]}
        send_mail.handler({**event, "kind": "alert"}, None)
        if kind == "recovery":
            event["observation"] = _good(monitor_id, rule_clock)
        send_mail.handler({**event, "kind": kind, "monitor_id": monitor_id}, None)

    told = {
        "acme": [*office.to(ALICE.mail), *office.to(BOB.mail)],
        "globex": office.to(EVE.mail),
    }
    assert all(told.values())
    for other, words in (("acme", WORDS["globex"]), ("globex", WORDS["acme"])):
        letters = "\n".join(told[other]).lower()
        assert [word for word in words if word in letters] == []


@pytest.mark.clause("N-9")
def test_the_report_on_a_month_of_acme_is_not_mailed_to_globex(
    both: tuple[Incident, Incident], office: PostOffice
) -> None:
    figures = to_document(MonthFigures("acme", "acme.report.2026-10", "2026-10", 0, ()))

    with pytest.raises(Exception, match=FOREIGN):
        send_month_report.handler({"figures": {**figures, "customer_id": "globex"}}, None)

    assert office.letters == []


@pytest.mark.clause("P-4")
@pytest.mark.parametrize("nonce", ["of Globex", "", "é"])
def test_a_key_pressed_on_a_call_to_globex_answers_no_call_to_acme(
    both: tuple[Incident, Incident], nonce: str
) -> None:
    """Each call has a nonce of its own, which only its own contact flow is told."""
    ours, theirs = (CallId(each.incident_id, Callees.CONTACTS, 0, 0) for each in both)
    calls.plan(ours, "of ACME")
    calls.plan(theirs, "of Globex")
    pressed = {"call": str(ours), "nonce": nonce, "key": "1"}

    answer = take_answer.handler({"Details": {"Parameters": pressed}}, None)

    assert answer == {"result": "refused"}
    assert calls.attempt(ours).key == ""


@pytest.mark.clause("P-8")
def test_the_turn_on_acmes_server_is_not_given_back_by_globex(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    acmes, theirs = both
    fence = turns.take(SERVER, acmes.incident_id, rule_clock(), 900)

    turns.release(SERVER, theirs.incident_id)

    assert fence is not None
    assert turns.holds(SERVER, acmes.incident_id, fence)


@pytest.mark.clause("C-5")
def test_maintenance_of_globex_names_only_its_own_monitors_and_covers_nothing_of_acme(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    asked = {
        "action": "plan",
        "server_id": THEIR_SERVER,
        "requested_by": "Eve",
        "ends_at": "2026-11-23 20:00",
    }

    (mistake,) = plan_maintenance.handler({**asked, "monitor_ids": [HTTP]}, None)["mistakes"]

    assert mistake == f"{THEIR_SERVER} has no monitor '{HTTP}': it has http"
    assert maintenance.covering(SERVER, HTTP, rule_clock()) is None


@pytest.mark.clause("P-1")
def test_the_kill_switch_of_globex_stops_nobody_else(both: tuple[Incident, Incident]) -> None:
    contracts.stop_repairs("globex", "Eve")

    assert contracts.repairs_stopped("globex")
    assert not contracts.repairs_stopped("acme")


@pytest.mark.clause("P-1")
def test_repairs_that_did_not_help_globex_take_no_runbook_from_acme(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    """Not even where the sheet of Globex says that one failure is enough."""
    customer = contracts.customer("globex")
    contracts.save_customer(replace(customer, rails=Rails(failures_to_disarm=1)))

    judged = judge_runbook.handler({**_event(both[1], rule_clock), "verification": "failed"}, None)

    assert judged["disarmed"]
    assert rails.is_disarmed("globex", "rb_unit(nginx)")
    assert not rails.is_disarmed("acme", "rb_unit(nginx)")
