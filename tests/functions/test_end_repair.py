"""The end of a repair: its turn goes to whoever waits next (P-8), and its incident is told."""

from typing import Any

import pytest

from escalate import end_repair
from tests.functions.acme import HTTP, SERVER, confirmed, sign
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.incident import Incident
from toban.store import record, repairs, turns
from toban.store.documents import to_document

TURN_S = 900


@pytest.fixture
def completed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens that are completed, in their order."""
    found: list[str] = []

    def complete(token: str, _output: object) -> bool:
        found.append(token)
        return True

    monkeypatch.setattr(end_repair, "complete", complete)
    return found


@pytest.fixture
def incident(machines: None, rule_clock: RuleClock) -> Incident:
    """An incident whose repair has the turn, while another incident waits for it."""
    sign()
    found = admit(confirmed(HTTP, rule_clock()))
    turns.take(SERVER, found.incident_id, rule_clock(), TURN_S)
    turns.queue(SERVER, "next", 70, rule_clock(), "of the next")
    repairs.await_end(found.incident_id, 1, "of the incident", rule_clock())
    return found


def ended(incident: Incident) -> Any:
    return end_repair.handler({"incident": to_document(incident), "round": 1}, None)


@pytest.mark.clause("P-8")
def test_the_next_incident_has_the_turn_before_the_own_one_goes_on(
    incident: Incident, completed: list[str]
) -> None:
    assert ended(incident) == {"passed_to": "next", "heard": True}
    assert completed == ["of the next", "of the incident"]


@pytest.mark.clause("P-8")
def test_ended_again_the_turn_stays_with_whom_it_was_passed_to(
    incident: Incident, completed: list[str], rule_clock: RuleClock
) -> None:
    ended(incident)

    assert ended(incident)["passed_to"] == ""
    assert turns.take(SERVER, incident.incident_id, rule_clock(), TURN_S) is None
    over = [each.key for each in record.events(incident.incident_id) if "over" in each.key]
    assert over == ["repair-over"]


def test_the_incident_is_told_although_its_turn_cannot_be_given_back(
    incident: Incident, completed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(turns, "release", fail)

    with pytest.raises(ConnectionError):
        ended(incident)
    assert completed == ["of the incident"]
