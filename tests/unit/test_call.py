"""What became of a call, and who is called next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.call import Call, CallProgress, Outcome, masked, outcome_of
from toban.domain.chain import next_call, reached
from toban.domain.contract import Contact

NIGHT = datetime(2026, 11, 23, 18, 12, tzinfo=UTC)
CONTACTS = [
    Contact("Alice", "alice@acme.example", "+819000000001"),
    Contact("Bob", "bob@acme.example", ""),
    Contact("Carol", "carol@acme.example", "+819000000003"),
]


def line(connected: int | None = None, ended: int | None = None, **more: str) -> CallProgress:
    def at(seconds: int | None) -> datetime | None:
        return None if seconds is None else NIGHT + timedelta(seconds=seconds)

    return CallProgress(NIGHT, at(connected), at(ended), **more)


def call(contact: int, outcome: Outcome, attempt: int = 0) -> Call:
    return Call(contact, attempt, "", "", NIGHT, outcome)


@pytest.mark.clause("P-4")
def test_voicemail_that_takes_the_call_is_not_an_answer() -> None:
    assert outcome_of(line(connected=15, ended=45)) is Outcome.ANSWERED_NO_KEY


@pytest.mark.clause("P-4")
def test_a_pressed_key_acknowledges_also_while_the_line_is_open() -> None:
    assert outcome_of(line(connected=8, key="1")) is Outcome.ACKNOWLEDGED


def test_any_other_key_acknowledges_nothing() -> None:
    assert outcome_of(line(connected=8, key="5")) is None


@pytest.mark.clause("P-5")
@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("TELECOM_BUSY", Outcome.BUSY),
        ("TELECOM_UNANSWERED", Outcome.NO_ANSWER),
        ("TELECOM_ORIGINATOR_CANCEL", Outcome.NO_ANSWER),
        ("TELECOM_NUMBER_INVALID", Outcome.INVALID_NUMBER),
        ("TELECOM_PROBLEM", Outcome.CARRIER_ERROR),
        ("a reason of next year", Outcome.CARRIER_ERROR),
    ],
)
def test_a_call_that_nobody_took_says_why(reason: str, outcome: Outcome) -> None:
    assert outcome_of(line(ended=30, reason=reason)) is outcome


def test_a_call_that_dies_at_once_found_no_line() -> None:
    assert outcome_of(line(ended=2, reason="OTHER")) is Outcome.CONGESTED
    assert outcome_of(line(ended=2, reason="TELECOM_BUSY")) is Outcome.BUSY


def test_a_ringing_call_has_no_outcome_yet() -> None:
    assert outcome_of(line()) is None
    assert line().is_ringing


@pytest.mark.clause("P-4")
def test_contacts_are_called_in_their_order_and_one_without_a_number_is_passed_over() -> None:
    first = next_call(CONTACTS, [])
    second = next_call(CONTACTS, [call(0, Outcome.NO_ANSWER)])

    assert first is not None
    assert second is not None
    assert (first.contact, second.contact) == (0, 2)


@pytest.mark.clause("P-4")
def test_nobody_is_called_after_a_person_has_acknowledged() -> None:
    assert next_call(CONTACTS, [call(0, Outcome.ACKNOWLEDGED)]) is None


@pytest.mark.clause("P-6")
def test_after_one_round_the_chain_is_over() -> None:
    assert next_call(CONTACTS, [call(0, Outcome.BUSY), call(2, Outcome.PASSED_ON)]) is None


def test_a_congested_call_is_tried_again_once() -> None:
    again = next_call(CONTACTS, [call(0, Outcome.CONGESTED)])
    given_up = next_call(CONTACTS, [call(0, Outcome.CONGESTED), call(0, Outcome.CONGESTED, 1)])

    assert again is not None
    assert (again.contact, again.attempt) == (0, 1)
    assert given_up is not None
    assert given_up.contact == 2


@given(st.lists(st.sampled_from(list(Outcome)), max_size=12))
def test_every_chain_ends_and_nobody_is_called_three_times(outcomes: list[Outcome]) -> None:
    calls: list[Call] = []
    for outcome in outcomes:
        due = next_call(CONTACTS, calls)
        if due is None:
            break
        calls.append(call(due.contact, outcome, due.attempt))

    assert len(calls) <= 4
    assert reached(calls) == any(c.outcome is Outcome.ACKNOWLEDGED for c in calls)


def test_a_number_on_the_record_is_masked() -> None:
    assert masked("+819012345678") == "+81******5678"
