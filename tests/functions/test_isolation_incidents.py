"""Nothing of an incident of ACME is done, told or answered in the name of Globex.

Each test is an attempt, and says what stops it.
"""

from collections.abc import Callable
from typing import Any

import pytest

from escalate import (
    ask_approval,
    await_progress,
    await_recovery,
    check_rails,
    close_alert,
    close_incident,
    end_repair,
    judge_runbook,
    pause_monitors,
    pick_callees,
    pick_work,
    refuse_run,
    report_incident,
    resume_monitor,
    send_mail,
    start_phone_chain,
    take_turn,
)
from graphs import draw_for_mail
from probe import recheck_server, verify_repair
from respond import collect_diagnostics, roll_back, run_commands, run_runbook
from tests.functions.acme import HTTP, SERVER, confirmed
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, notices, office
from tests.functions.two_customers import (
    THEIR_HTTP,
    THEIR_SERVER,
    incident_of,
    sign_both,
    stored,
)
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.domain.verification import Proof
from toban.domain.work import Work
from toban.store import incidents
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
    end_repair,
    judge_runbook,
    pause_monitors,
    pick_callees,
    pick_work,
    refuse_run,
    report_incident,
    roll_back,
    run_runbook,
    send_mail,
    start_phone_chain,
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
