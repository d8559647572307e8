"""A dead host is told of once: what depends on it is withheld, never lost."""

from dataclasses import replace

import pytest

from escalate import open_incident
from tests.functions.acme import HTTP, MYSQL, confirmed, failing, sign
from tests.functions.conftest import RuleClock
from toban.domain.suspicion import Suspicion
from toban.domain.transition import Condition, Move, decide
from toban.store import contracts, incidents, rails, record, states
from toban.store.documents import to_document

pytestmark = pytest.mark.usefixtures("aws", "incident_machine")


@pytest.fixture
def incident_machine(aws: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Start no executions here: which incident an alert belongs to is decided before that."""
    started: list[str] = []
    monkeypatch.setenv("INCIDENT_MACHINE", "arn:aws:states:::stateMachine:toban-incident")
    monkeypatch.setattr(open_incident, "start", lambda _, name, __: started.append(name))
    return started


def sign_with_http_depending_on_mysql() -> None:
    server = sign()
    monitors = [
        replace(each, parents=(MYSQL,)) if each.monitor_id == HTTP else each
        for each in server.monitors
    ]
    contracts.save_server(replace(server, monitors=tuple(monitors)))


def admit(suspicion: Suspicion) -> str:
    answer = open_incident.handler({"suspicions": [to_document(suspicion)]}, object())
    return str(answer["incident_id"])


def test_a_failure_that_follows_from_another_is_left_to_its_alert(rule_clock: RuleClock) -> None:
    sign_with_http_depending_on_mysql()
    incident_id = admit(confirmed(MYSQL, rule_clock()))
    rule_clock.pass_by(120)

    assert admit(confirmed(HTTP, rule_clock())) == ""
    assert states.unwell("shard")[HTTP].condition is Condition.WITHHELD
    events = [event.event for event in record.events(incident_id)]
    assert f"withheld: told of by {MYSQL}" in events


def test_a_withheld_failure_is_looked_at_again_by_the_regular_check(rule_clock: RuleClock) -> None:
    sign_with_http_depending_on_mysql()
    admit(confirmed(MYSQL, rule_clock()))
    admit(confirmed(HTTP, rule_clock()))
    withheld = states.unwell("shard")[HTTP]

    assert decide(withheld, failing(HTTP, rule_clock()), 3) is Move.REVIEW


def test_when_the_cause_is_over_what_still_fails_is_told_of(rule_clock: RuleClock) -> None:
    sign_with_http_depending_on_mysql()
    incident_id = admit(confirmed(MYSQL, rule_clock()))
    admit(confirmed(HTTP, rule_clock()))
    states.close(MYSQL, incident_id, rule_clock())
    incidents.close(incident_id, rule_clock())
    rule_clock.pass_by(600)

    assert not incidents.is_open(incident_id)
    assert admit(confirmed(HTTP, rule_clock())) not in ("", incident_id)


def test_an_independent_failure_is_never_withheld(rule_clock: RuleClock) -> None:
    sign()
    admit(confirmed(MYSQL, rule_clock()))
    rule_clock.pass_by(120)

    assert admit(confirmed(HTTP, rule_clock())) != ""


def test_each_opened_incident_counts_its_server_as_failing(rule_clock: RuleClock) -> None:
    sign()
    admit(confirmed(HTTP, rule_clock()))
    admit(confirmed(MYSQL, rule_clock()))

    assert rails.failing_servers(rule_clock(), 120) == 1
