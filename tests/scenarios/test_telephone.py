"""Contacts are called in their order until a person presses the key, and nobody after that."""

import pytest

from infra.local.telephone.behaviour import acknowledges, busy, passes_on, silent, voicemail
from infra.local.telephone.phone_book import Script
from tests.scenarios.client import Client
from tests.scenarios.shift import Shift


def failing(shift: Shift, name: str, *people: Script) -> Client:
    """A customer whose service fails for good, and whose people answer their telephones so."""
    client = shift.client(name)
    client.answer(*people)
    shop = client.host().port()
    client.watch("respond", shop.monitor("shop"))
    shop.stop()
    return client


@pytest.mark.clause("P-3", "P-4", "P-5")
def test_the_second_is_called_when_the_first_does_not_answer_and_nobody_after_who_confirmed(
    shift: Shift,
) -> None:
    client = failing(shift, "late", silent(), acknowledges(after=8), acknowledges())

    ended = client.expect_on_record("telephone calls ended")

    assert client.called() == ["first", "second"]
    assert client.outcomes() == [("first", "no_answer"), ("second", "acknowledged")]
    assert ended.detail["name"] == "Second"
    assert client.kinds() == client.kinds(person=2) == ["alert", "failure_contact"]


@pytest.mark.clause("P-4")
def test_a_voicemail_is_nobody_and_hears_neither_server_nor_failure(shift: Shift) -> None:
    client = failing(shift, "machine", voicemail(after=15), acknowledges())

    client.expect_on_record("telephone calls ended")

    assert client.outcomes() == [("first", "answered_no_key"), ("second", "acknowledged")]
    told_to_machine, told_to_person = (" ".join(call.heard) for call in client.calls)
    assert "TCP" not in told_to_machine
    assert "TCP" in told_to_person


@pytest.mark.clause("P-4")
def test_an_engaged_line_is_left_at_once_for_the_next_contact(shift: Shift) -> None:
    client = failing(shift, "engaged", busy(), acknowledges())

    client.expect_on_record("telephone calls ended")

    assert client.outcomes() == [("first", "busy"), ("second", "acknowledged")]
    first, second = client.calls
    assert (second.dialled_at - first.dialled_at).total_seconds() <= 5


@pytest.mark.clause("P-4")
def test_whoever_presses_2_has_the_report_and_the_next_is_called(shift: Shift) -> None:
    client = failing(shift, "passing", passes_on(), acknowledges(), acknowledges())

    client.expect_on_record("telephone calls ended")

    assert client.outcomes() == [("first", "passed_on"), ("second", "acknowledged")]
    assert client.calls[0].pressed == ["1", "2"]


@pytest.mark.clause("P-4", "P-5")
def test_the_log_of_calls_on_the_record_tells_what_became_of_each_and_masks_the_numbers(
    shift: Shift,
) -> None:
    client = failing(shift, "logged", silent(), acknowledges(after=8))

    client.expect_on_record("telephone calls ended")

    first, second = (entry.detail for entry in client.on_record("telephone call"))
    assert (first["number"][:3], first["number"][-4:]) == ("+81", client.phone(0)[-4:])
    assert "*" in first["number"]
    assert 30 <= first["ring_seconds"] <= 40
    assert second["ring_seconds"] == 8
    assert second["talk_seconds"] > 0
    assert client.phone(0) not in str([entry.detail for entry in client.record()])


@pytest.mark.clause("P-3", "P-4", "N-7")
def test_the_calls_end_when_the_monitor_recovers_while_a_telephone_rings(shift: Shift) -> None:
    client = failing(shift, "sleeping", *[silent()] * 20)

    client.expect(lambda: bool(client.calls), "nobody was called")
    client.hosts[0].ports[0].start()
    ended = client.expect_on_record("telephone calls ended")
    client.expect_on_record("incident closed")

    assert ended.detail["outcome"] == "stopped_recovered"
    assert len(client.calls) < 20
    assert client.kinds() == ["alert", "failure_contact", "recovery"]
    assert client.on_record("paused: nobody was reached") == []
