"""The history of a server: its incidents in the order of time, as graphs show them (N-9)."""

from datetime import timedelta

import pytest

from tests.functions.acme import HTTP, SERVER, confirmed, sign
from tests.functions.conftest import RuleClock
from toban.domain.identifier import incident_id
from toban.domain.incident import Incident
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.store import history, incidents, states

pytestmark = [pytest.mark.usefixtures("aws"), pytest.mark.clause("N-9")]
HOUR = timedelta(hours=1)


def happen(rule_clock: RuleClock) -> Incident:
    """Open an incident now; the alert of an earlier one is well again."""
    at, suspicion = rule_clock(), confirmed(HTTP, rule_clock())
    name = incident_id(SERVER, at)
    fresh = Incident(name, "acme", SERVER, Plan.RESPOND, at, 30, Policy())
    return incidents.admit([suspicion.alert(70)], suspicion.shard, fresh)


def test_an_incident_is_in_the_history_from_its_opening_on(rule_clock: RuleClock) -> None:
    sign()
    opened = happen(rule_clock)
    [past] = history.between(SERVER, rule_clock() - HOUR, rule_clock())

    assert (past.incident_id, past.opened_at, past.closed_at) == (
        *(opened.incident_id, opened.opened_at),
        None,
    )


def test_its_first_end_stands_and_a_repeated_opening_changes_nothing(
    rule_clock: RuleClock,
) -> None:
    sign()
    began = rule_clock()
    incident = happen(rule_clock)
    rule_clock.pass_by(600)
    incidents.close(incident.incident_id, rule_clock())
    ended = rule_clock()
    rule_clock.pass_by(600)
    incidents.close(incident.incident_id, rule_clock())
    [past] = history.between(SERVER, began, rule_clock())

    assert past.closed_at == ended


def test_what_was_over_before_or_began_after_is_left_out(rule_clock: RuleClock) -> None:
    sign()
    first = happen(rule_clock)
    rule_clock.pass_by(600)
    incidents.close(first.incident_id, rule_clock())
    states.close(HTTP, first.incident_id, rule_clock())
    rule_clock.pass_by(3_600)
    second = happen(rule_clock)
    between = rule_clock() - HOUR / 2

    assert history.between(SERVER, between, between + HOUR / 4) == []
    assert [each.incident_id for each in history.between(SERVER, between, rule_clock())] == [
        second.incident_id
    ]


def test_an_incident_that_was_opened_before_there_was_a_history_is_closed_all_the_same(
    rule_clock: RuleClock,
) -> None:
    history.note_closed(f"{SERVER}.20261123T090000Z", rule_clock())

    assert history.between(SERVER, rule_clock() - HOUR, rule_clock()) == []
