"""How long a call may ring and be talked on, and how it counts when we end it."""

from datetime import UTC, datetime, timedelta

import pytest

from toban.domain.call import CallProgress, Outcome
from toban.domain.call_limits import (
    HangUpReason,
    final_outcome,
    limit,
    reason_to_hang_up,
    seconds_to_next_look,
)
from toban.domain.policy import Policy

NIGHT = datetime(2026, 11, 23, 18, 12, tzinfo=UTC)
POLICY = Policy()


def at(seconds: float) -> datetime:
    return NIGHT + timedelta(seconds=seconds)


def line(connected: float | None = None, ended: float | None = None, **more: str) -> CallProgress:
    return CallProgress(
        NIGHT,
        None if connected is None else at(connected),
        None if ended is None else at(ended),
        **more,
    )


@pytest.mark.clause("P-5")
@pytest.mark.parametrize(
    ("seconds", "reason"), [(0, None), (34.9, None), (35, HangUpReason.NO_ANSWER)]
)
def test_a_telephone_rings_ten_times_three_seconds_after_it_was_set_up(
    seconds: float, reason: HangUpReason | None
) -> None:
    assert reason_to_hang_up(line(), POLICY, at(seconds), None) is reason


def test_a_talk_has_a_limit_of_its_own() -> None:
    assert limit(line(connected=20), POLICY) == at(140)
    talked = line(connected=20)
    assert reason_to_hang_up(talked, POLICY, at(139), None) is None
    reason = reason_to_hang_up(talked, POLICY, at(140), None)
    assert reason is HangUpReason.TALKED_TOO_LONG


def test_a_recovery_ends_the_ringing_and_never_a_talk() -> None:
    assert (
        reason_to_hang_up(line(), POLICY, at(1), HangUpReason.RECOVERED) is HangUpReason.RECOVERED
    )
    assert reason_to_hang_up(line(connected=1), POLICY, at(2), HangUpReason.RECOVERED) is None


@pytest.mark.parametrize(("seconds", "wait"), [(0, 5), (29, 5), (31, 4), (34.5, 1), (60, 1)])
def test_a_call_is_looked_at_often_and_exactly_at_its_limit(seconds: float, wait: int) -> None:
    assert seconds_to_next_look(line(), POLICY, at(seconds)) == wait


@pytest.mark.parametrize(
    ("call", "reason", "outcome"),
    [
        (line(ended=36, reason="TELECOM_ORIGINATOR_CANCEL"), HangUpReason.NO_ANSWER,
         Outcome.NO_ANSWER),
        (line(ended=3, reason="TELECOM_ORIGINATOR_CANCEL"), HangUpReason.RECOVERED,
         Outcome.STOPPED_RECOVERED),
        (line(connected=34, ended=36), HangUpReason.NO_ANSWER, Outcome.ANSWERED_NO_KEY),
        (line(connected=34, ended=36), HangUpReason.RECOVERED, Outcome.ANSWERED_NO_KEY),
        (line(connected=9, key="1"), HangUpReason.TALKED_TOO_LONG, Outcome.ACKNOWLEDGED),
        (line(ended=3, reason="TELECOM_BUSY"), HangUpReason.RECOVERED, Outcome.BUSY),
        (line(), HangUpReason.NO_ANSWER, None),
    ],
)  # fmt: skip
def test_a_call_that_we_ended_counts_as_what_it_was(
    call: CallProgress, reason: HangUpReason, outcome: Outcome | None
) -> None:
    assert final_outcome(call, POLICY, at(37), (at(36), reason)) is outcome


@pytest.mark.parametrize(
    ("call", "reason", "outcome"),
    [
        (line(), HangUpReason.NO_ANSWER, Outcome.NO_ANSWER),
        (line(), HangUpReason.RECOVERED, Outcome.STOPPED_RECOVERED),
        (line(), HangUpReason.TAKEN_UP, Outcome.STOPPED_TAKEN_UP),
        (line(connected=3), HangUpReason.TALKED_TOO_LONG, Outcome.ANSWERED_NO_KEY),
    ],
)
def test_the_chain_does_not_wait_for_a_network_that_goes_on_ringing(
    call: CallProgress, reason: HangUpReason, outcome: Outcome
) -> None:
    assert final_outcome(call, POLICY, at(41), (at(36), reason)) is outcome


def test_a_call_that_goes_on_has_no_outcome() -> None:
    assert final_outcome(line(), POLICY, at(600), None) is None


@pytest.mark.clause("P-4")
@pytest.mark.parametrize(
    ("reason", "seconds", "outcome"),
    [
        ("CUSTOMER_DISCONNECT", 21, None),
        ("CUSTOMER_DISCONNECT", 28, Outcome.ANSWERED_NO_KEY),
        ("CONTACT_FLOW_DISCONNECT", 21, Outcome.ANSWERED_NO_KEY),
    ],
)
def test_who_hangs_up_may_have_pressed_a_key_that_we_are_about_to_be_told_of(
    reason: str, seconds: float, outcome: Outcome | None
) -> None:
    over = line(connected=10, ended=20, reason=reason)

    assert final_outcome(over, POLICY, at(seconds), None) is outcome
