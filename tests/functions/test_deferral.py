"""A response that has to wait: for announced maintenance (C-5) or for the host itself (P-8)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from escalate.await_deferral_end import handler as await_deferral_end
from escalate.await_recovery import handler as await_recovery
from escalate.check_rails import handler as check_rails
from escalate.close_alert import handler as close_alert
from escalate.next_call import handler as next_call
from escalate.pause_monitors import handler as pause_monitors
from escalate.pick_callees import handler as pick_callees
from tests.functions.acme import HTTP, MYSQL, SERVER, confirmed, sign
from tests.functions.announcing import planned
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, notices, office, send
from tests.functions.test_admission import admit
from toban import clock
from toban.domain.call import Call, Callees, CallId, Outcome
from toban.domain.check import Kind
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.domain.work import Work
from toban.store import calls, contracts, incidents, record, states
from toban.store.documents import to_document

__all__ = ["notices", "office"]


@pytest.fixture
def incident(machines: None, rule_clock: RuleClock) -> Incident:
    server = sign()
    phoned = tuple(replace(each, phone=True) for each in server.monitors)
    contracts.save_server(replace(server, monitors=phoned))
    return admit(confirmed(HTTP, rule_clock()))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens that are completed."""
    found: list[str] = []
    for module in ("looking_again", "await_deferral_end", "await_recovery"):
        monkeypatch.setattr(f"escalate.{module}.complete", lambda token, _: found.append(token))
    return found


def host_is_mysql(kind: Kind = Kind.ALIVE) -> None:
    """Let the server's other monitor stand for the host itself, and the web hang on it."""
    server = contracts.server(SERVER)
    hosted = {each.monitor_id: replace(each, parents=(MYSQL,)) for each in server.monitors}
    host = replace(hosted[MYSQL], priority=10, parents=())
    hosted[MYSQL] = replace(host, check=replace(host.check, kind=kind))
    contracts.save_server(replace(server, monitors=tuple(hosted.values())))


def escalation(incident: Incident, number: int = 1) -> dict[str, Any]:
    found = pick_callees({"incident": to_document(incident), "round": number}, None)
    return {**found, "about": list(found["about"]), "untold": list(found["untold"])}


def well(monitor_id: str, at: Any) -> Any:
    return to_document(Observation(monitor_id, Reason.OK, at))


@pytest.mark.clause("C-5")
def test_the_end_of_a_window_is_looked_at_even_when_nobody_tells_of_it(incident: Incident) -> None:
    planned(minutes=60)

    found = escalation(incident)

    assert (found["call"], found["deferred"]) == (False, True)
    assert 3_600 < found["look_again_seconds"] <= 3_600 + 60


def test_a_window_that_ends_while_we_look_is_looked_at_at_once(
    incident: Incident, rule_clock: RuleClock
) -> None:
    planned(minutes=60)
    rule_clock.pass_by(3_550)

    def slowly() -> datetime:
        rule_clock.pass_by(45)
        return rule_clock()

    clock.use(slowly)

    assert escalation(incident)["look_again_seconds"] == 1


@pytest.mark.clause("P-8")
def test_what_hangs_on_a_host_that_is_gone_is_not_worked_on_and_not_called_about(
    incident: Incident, rule_clock: RuleClock
) -> None:
    host_is_mysql()
    admit(confirmed(MYSQL, rule_clock()))

    decided = check_rails(
        {"incident": to_document(incident), "work": to_document(Work(HTTP, "nginx"))}, None
    )
    found = escalation(incident)

    assert (decided["verdict"], decided["rail"]) == ("deferred", "host_unreachable")
    assert (MYSQL in found["about"], HTTP in found["about"], found["deferred"]) == (
        True,
        False,
        True,
    )


@pytest.mark.clause("P-8")
def test_a_service_that_fails_is_not_the_host_however_urgent_it_is(
    incident: Incident, rule_clock: RuleClock
) -> None:
    host_is_mysql(kind=Kind.TCP)
    admit(confirmed(MYSQL, rule_clock()))

    assert HTTP in escalation(incident)["about"]


@pytest.mark.clause("P-8")
def test_the_recovery_of_the_host_lets_what_waited_for_it_look_again(
    incident: Incident, rule_clock: RuleClock, told: list[str]
) -> None:
    host_is_mysql()
    rule_clock.pass_by(60)
    of_host = admit(confirmed(MYSQL, rule_clock()))
    await_deferral_end({"incident": to_document(incident), "token": "waiting"}, None)
    waited = list(told)

    recovered = {"monitor_id": MYSQL, "observation": well(MYSQL, rule_clock())}
    close_alert({"incident": to_document(of_host), **recovered}, None)

    close_alert({"incident": to_document(of_host), **recovered}, None)

    assert (waited, told) == ([], ["waiting"])


def test_who_waits_for_what_is_over_already_is_told_at_once(
    incident: Incident, told: list[str]
) -> None:
    assert await_deferral_end({"incident": to_document(incident), "token": "late"}, None) == {
        "waiting": False
    }
    assert told == ["late"]


@pytest.mark.clause("P-6", "P-8")
def test_what_waits_for_its_host_is_paused_with_it(
    incident: Incident, rule_clock: RuleClock
) -> None:
    host_is_mysql()
    admit(confirmed(MYSQL, rule_clock()))

    paused = pause_monitors({"incident": to_document(incident), "about": [MYSQL]}, None)

    assert sorted(paused["paused"]) == [HTTP, MYSQL]


@pytest.mark.clause("P-3")
def test_a_further_round_calls_from_the_first_contact_again_about_what_is_new(
    incident: Incident, rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("escalate.next_call.telephone", lambda: None)
    admit(confirmed(MYSQL, rule_clock()))
    first = CallId(incident.incident_id, Callees.CONTACTS, 0, 0)
    calls.plan(first, "nonce")
    calls.settle(first, Call(0, 0, "Alice", "+81", rule_clock(), Outcome.ACKNOWLEDGED))
    calls.open_chain(incident.incident_id, Callees.CONTACTS, [HTTP], "token")
    calls.end_chain(incident.incident_id, Callees.CONTACTS, {"outcome": "acknowledged"})

    found = escalation(incident, number=2)
    chain = {"incident": to_document(incident), "callees": "contacts", "about": found["about"]}
    following = next_call({**chain, "round": 2}, None)

    assert found["about"] == [MYSQL]
    assert (following["action"], following["contact"], following["attempt"]) == ("call", 0, 10)


@pytest.mark.clause("C-5")
def test_maintenance_that_begins_right_before_the_alert_mail_withholds_it(
    incident: Incident, office: PostOffice, notices: list[Any], told: list[str]
) -> None:
    planned(minutes=60)

    assert send(incident, "alert")["nothing_to_tell"] is True
    waiting = {"incident": to_document(incident), "monitor_id": HTTP, "token": "recovery"}
    await_recovery(waiting, None)

    assert office.letters == []
    assert incidents.alerts(incident.incident_id) == []
    assert told == ["recovery"]


@pytest.mark.clause("C-5", "N-7")
def test_a_closing_mail_is_sent_in_maintenance_to_whom_the_alert_was(
    incident: Incident, office: PostOffice, notices: list[Any], rule_clock: RuleClock
) -> None:
    send(incident, "alert")
    planned(minutes=60)
    seen = well(HTTP, rule_clock() + timedelta(minutes=1))

    assert send(incident, "recovery", monitor_id=HTTP, observation=seen)["sent"] == 2


@pytest.mark.clause("C-5", "P-3")
def test_a_failure_mail_waits_for_the_end_of_maintenance_and_is_then_still_owed(
    incident: Incident, office: PostOffice, notices: list[Any], rule_clock: RuleClock
) -> None:
    send(incident, "alert")
    planned(minutes=60)
    withheld = send(incident, "failure_contact", monitor_id=HTTP, monitor_ids=[HTTP])
    rule_clock.pass_by(3_601)

    found = escalation(incident, number=2)

    assert withheld["nothing_to_tell"] is True
    assert (found["mail_about"], found["untold"]) == (True, [HTTP])


@pytest.mark.clause("P-3")
def test_a_relapse_after_a_failure_mail_was_withheld_is_told_before_people_are_called(
    incident: Incident, office: PostOffice, notices: list[Any], rule_clock: RuleClock
) -> None:
    send(incident, "alert")
    state = states.get(HTTP)
    assert state is not None
    states.recover(state, Observation(HTTP, Reason.OK, rule_clock()))
    send(incident, "failure_contact", monitor_id=HTTP, monitor_ids=[HTTP])
    states.relapse(state)

    found = escalation(incident)
    sent = send(incident, "failure_contact", monitor_id=HTTP, untold=found["untold"])

    assert (found["call"], found["untold"]) == (True, [HTTP])
    assert sent["sent"] == 2
    assert escalation(incident)["untold"] == []


def test_each_reason_to_wait_is_on_record_once(incident: Incident) -> None:
    planned(minutes=60)
    escalation(incident)
    escalation(incident)

    found = [each for each in record.events(incident.incident_id) if each.sort == "deferred"]
    assert [each.event for each in found] == ["response deferred: maintenance"]
