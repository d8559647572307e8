"""Which incident an alert joins (clause N-4 step 4)."""

import pytest

from tests.functions.acme import HTTP, LOAD, MYSQL, SERVER, confirmed
from tests.functions.conftest import RuleClock
from toban.domain.identifier import incident_id
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.suspicion import Suspicion
from toban.domain.transition import Condition
from toban.store import incidents, states

pytestmark = pytest.mark.usefixtures("aws")


def admit(suspicion: Suspicion) -> Incident:
    at = suspicion.observation.observed_at
    fresh = Incident(
        incident_id(SERVER, at),
        "acme",
        SERVER,
        Plan.RESPOND,
        at,
        suspicion.profile.duplicate_wait_seconds,
        Policy(),
    )
    return incidents.admit([suspicion.alert(70)], suspicion.shard, fresh)


@pytest.mark.clause("N-4")
def test_alerts_of_one_server_within_the_window_are_one_incident(rule_clock: RuleClock) -> None:
    first = admit(confirmed(HTTP, rule_clock()))
    rule_clock.pass_by(20)
    second = admit(confirmed(MYSQL, rule_clock()))

    assert first == second
    joined = [alert.monitor_id for alert in incidents.gather(first.incident_id)]
    assert sorted(joined) == [HTTP, MYSQL]


@pytest.mark.clause("N-4")
def test_an_alert_after_the_window_is_an_incident_of_its_own(rule_clock: RuleClock) -> None:
    first = admit(confirmed(HTTP, rule_clock()))
    rule_clock.pass_by(31)
    second = admit(confirmed(MYSQL, rule_clock()))

    assert first.incident_id != second.incident_id


def test_nobody_joins_an_incident_that_has_gathered_even_within_the_window(
    rule_clock: RuleClock,
) -> None:
    first = admit(confirmed(HTTP, rule_clock()))
    incidents.gather(first.incident_id)
    rule_clock.pass_by(20)
    second = admit(confirmed(MYSQL, rule_clock()))

    assert first.incident_id != second.incident_id
    assert [a.monitor_id for a in incidents.alerts(second.incident_id)] == [MYSQL]


@pytest.mark.clause("N-5")
def test_a_resource_alert_waits_for_nobody(rule_clock: RuleClock) -> None:
    port = admit(confirmed(HTTP, rule_clock()))
    rule_clock.pass_by(5)
    resource = admit(confirmed(LOAD, rule_clock()))

    assert resource.incident_id != port.incident_id
    assert resource.duplicate_wait_seconds == 0


def test_two_incidents_of_one_server_in_one_second_have_two_names(rule_clock: RuleClock) -> None:
    port = admit(confirmed(HTTP, rule_clock()))
    resource = admit(confirmed(LOAD, rule_clock()))

    assert port.incident_id != resource.incident_id


@pytest.mark.clause("N-7")
def test_an_alert_that_stands_keeps_its_incident_however_often_it_is_delivered(
    rule_clock: RuleClock,
) -> None:
    suspicion = confirmed(HTTP, rule_clock())
    first = admit(suspicion)
    rule_clock.pass_by(300)
    again = admit(confirmed(HTTP, rule_clock()))

    assert again == first == admit(suspicion)
    assert len(incidents.alerts(first.incident_id)) == 1


def test_admission_writes_the_alert_and_the_state_together(rule_clock: RuleClock) -> None:
    incident = admit(confirmed(HTTP, rule_clock()))

    state = states.get(HTTP)

    assert state is not None
    assert state.condition is Condition.ALERTED
    assert state.incident_id == incident.incident_id
    assert states.unwell("shard").keys() == {HTTP}


@pytest.mark.clause("C-5")
def test_an_alert_that_was_taken_back_is_not_brought_back_by_a_late_step(
    rule_clock: RuleClock,
) -> None:
    name = admit(confirmed(HTTP, rule_clock())).incident_id
    incidents.drop_alert(name, HTTP)

    incidents.count_attempt(name, [HTTP])
    incidents.settle(name, [HTTP])
    incidents.close_alert(name, HTTP, Observation(HTTP, Reason.OK, rule_clock()))

    assert (incidents.alerts(name), incidents.progress(name)) == ([], {})
