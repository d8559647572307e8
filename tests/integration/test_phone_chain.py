"""The telephone chain on the local system: its real machine, functions, contact flow and API."""

from collections.abc import Iterator

import pytest

from infra.local.telephone.behaviour import (
    acknowledges,
    answers,
    busy,
    congested,
    hangs_up,
    invalid,
    out_of_order,
    passes_on,
    rejects,
    silent,
    voicemail,
)
from infra.local.telephone.phone_book import Script
from tests.integration.phone_site import PhoneSite, people, phone_site
from toban.domain.contract import Contact
from toban.store import record

ALICE, BOB, CAROL = "+819000000001", "+819000000002", "+819000000003"


@pytest.fixture(scope="module")
def running() -> Iterator[PhoneSite]:
    with phone_site() as site:
        yield site


@pytest.fixture
def site(running: PhoneSite) -> PhoneSite:
    for number in (ALICE, BOB, CAROL):
        running.system.telephone.book.set(number, silent())
    return running


def script(site: PhoneSite, numbers: dict[str, Script]) -> None:
    for number, behaviour in numbers.items():
        each = (behaviour,) if not isinstance(behaviour, tuple) else behaviour
        earlier = sum(call.number == number for call in site.system.telephone.calls)
        site.system.telephone.book.set(number, *([silent()] * earlier), *each)


@pytest.mark.clause("P-4", "P-5")
def test_the_second_contact_is_called_when_the_first_does_not_answer_and_the_third_never(
    site: PhoneSite,
) -> None:
    script(site, {BOB: acknowledges(6)})
    incident = site.outage()

    result = site.run(incident)

    assert result == {
        "reached": True,
        "outcome": "acknowledged",
        "reason": "",
        "contact": 1,
        "name": "Bob",
        "calls": 2,
    }
    assert [call.number for call in site.dialled(incident)] == [ALICE, BOB]
    assert site.outcomes(incident) == [("Alice", "no_answer"), ("Bob", "acknowledged")]


@pytest.mark.clause("P-5")
def test_a_telephone_that_rings_too_long_is_silenced_by_us(site: PhoneSite) -> None:
    script(site, {BOB: acknowledges()})
    incident = site.outage()

    site.run(incident)

    first, _ = site.dialled(incident)
    assert first.reason == "TELECOM_ORIGINATOR_CANCEL"
    assert first.ended_at is not None
    assert (first.ended_at - first.dialled_at).total_seconds() >= 30


@pytest.mark.clause("P-4")
@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (voicemail(), "answered_no_key"),
        (hangs_up(), "answered_no_key"),
        (answers(keys="5555"), "answered_no_key"),
        (passes_on(), "passed_on"),
        (busy(), "busy"),
        (rejects(), "no_answer"),
        (invalid(), "invalid_number"),
        (out_of_order(), "carrier_error"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind.value,
)
def test_whatever_is_not_the_key_of_a_person_has_the_next_contact_called(
    site: PhoneSite, behaviour: Script, outcome: str
) -> None:
    script(site, {ALICE: behaviour, BOB: acknowledges()})
    incident = site.outage()

    assert site.run(incident)["name"] == "Bob"
    assert site.outcomes(incident) == [("Alice", outcome), ("Bob", "acknowledged")]


def test_a_busy_line_is_not_waited_for(site: PhoneSite) -> None:
    script(site, {ALICE: busy(), BOB: acknowledges()})
    incident = site.outage()

    site.run(incident)

    assert site.dialled(incident)[0].reason == "TELECOM_BUSY"
    assert "HangUp" not in [
        event["stateEnteredEventDetails"]["name"]
        for event in site.system.history(site.chain(incident).arn)
        if "stateEnteredEventDetails" in event
    ]


def test_who_hears_the_report_again_may_still_confirm(site: PhoneSite) -> None:
    script(site, {ALICE: answers(keys="1951")})
    incident = site.outage()

    assert site.run(incident)["reached"] is True
    (call,) = site.dialled(incident)
    assert call.heard[1] == call.heard[2] == call.heard[3]


def test_a_call_that_found_no_line_is_made_once_more(site: PhoneSite) -> None:
    script(site, {ALICE: (congested(), acknowledges())})
    incident = site.outage()

    assert site.run(incident)["calls"] == 2
    assert site.outcomes(incident) == [("Alice", "congested"), ("Alice", "acknowledged")]


@pytest.mark.clause("P-6")
def test_when_nobody_answers_the_incident_is_told_so_after_one_round(site: PhoneSite) -> None:
    script(site, {ALICE: busy(), BOB: invalid(), CAROL: hangs_up(1, 1)})
    incident = site.outage()

    result = site.run(incident)

    assert (result["reached"], result["outcome"], result["calls"]) == (False, "nobody_reached", 3)
    assert result["contact"] is None


def test_a_contact_without_a_number_is_passed_over(site: PhoneSite) -> None:
    script(site, {BOB: acknowledges()})
    alice, bob = people("Alice", "Bob")
    incident = site.outage(contacts=(Contact(alice.name, alice.mail), bob))

    assert site.run(incident)["calls"] == 1
    assert [call.number for call in site.dialled(incident)] == [BOB]


def test_a_recovery_silences_the_telephone_and_nobody_further_is_called(site: PhoneSite) -> None:
    incident = site.outage()
    waiting = site.start(incident)
    site.wait_for(lambda: site.dialled(incident))

    site.recover(incident)

    result = site.result(waiting)
    assert (result["outcome"], result["reached"], result["calls"]) == (
        "stopped_recovered",
        False,
        1,
    )
    assert site.outcomes(incident) == [("Alice", "stopped_recovered")]
    assert site.dialled(incident)[0].connected_at is None


def test_a_recovery_does_not_cut_a_conversation(site: PhoneSite) -> None:
    script(site, {ALICE: answers(1, "11", pause=30)})
    incident = site.outage()
    waiting = site.start(incident)
    site.wait_for(lambda: any(call.connected_at for call in site.dialled(incident)))

    site.recover(incident)

    assert site.result(waiting)["outcome"] == "acknowledged"


def test_a_recovery_of_something_else_changes_nothing(site: PhoneSite) -> None:
    script(site, {ALICE: acknowledges(20)})
    incident = site.outage()
    waiting = site.start(incident)
    site.wait_for(lambda: site.dialled(incident))

    site.recover(incident, "acme.web01.mysql")

    assert site.result(waiting)["outcome"] == "acknowledged"


def test_nobody_is_called_about_what_is_well_again(site: PhoneSite) -> None:
    incident = site.outage()
    site.recover(incident)

    assert site.run(incident)["outcome"] == "stopped_recovered"
    assert site.dialled(incident) == []


def test_the_log_of_calls_is_on_the_record_and_no_number_is_in_it(site: PhoneSite) -> None:
    script(site, {ALICE: voicemail(), BOB: acknowledges()})
    incident = site.outage()

    site.run(incident)

    told = [event for event in record.events(incident.incident_id) if "call" in event.event]
    assert [event.event for event in told] == [
        "telephone call",
        "telephone call",
        "telephone calls ended",
    ]
    assert told[0].detail["ring_seconds"] > 0
    assert told[0].detail["talk_seconds"] > 0
    history = str(site.system.history(site.chain(incident).arn)) + str(told)
    assert ALICE not in history
    assert "+81******0001" in history


def test_a_call_says_nothing_of_the_failure_before_a_key_is_pressed(site: PhoneSite) -> None:
    script(site, {ALICE: voicemail(), BOB: acknowledges()})
    incident = site.outage()

    site.run(incident)

    recorded, spoken = site.dialled(incident)
    assert not any("web" in heard for heard in recorded.heard)
    assert any("web" in heard for heard in spoken.heard)
