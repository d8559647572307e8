"""What a regular probe's observation means for a monitor."""

from datetime import UTC, datetime

import pytest

from toban.domain.observation import Observation, Reason, Status
from toban.domain.transition import Condition, MonitorState, Move, Verdict, decide, judge_recheck

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def seen(reason: Reason) -> Observation:
    return Observation("acme.web01.http", reason, NOON)


def state(condition: Condition, *, recovered: bool = False) -> MonitorState:
    recovery = seen(Reason.OK) if recovered else None
    return MonitorState("acme.web01.http", condition, NOON, recovery=recovery)


UP, DOWN, UNKNOWN = seen(Reason.OK), seen(Reason.REFUSED), seen(Reason.BLIND)


@pytest.mark.clause("N-4")
def test_a_first_failure_of_a_port_is_only_suspected() -> None:
    assert decide(None, DOWN, strikes_to_confirm=3) is Move.SUSPECT


@pytest.mark.clause("N-5")
def test_a_resource_over_its_threshold_is_alerted_at_once() -> None:
    assert decide(None, seen(Reason.OVER_THRESHOLD), strikes_to_confirm=1) is Move.ALERT


@pytest.mark.clause("N-7")
def test_an_alerted_monitor_that_stays_down_is_not_alerted_again() -> None:
    assert decide(state(Condition.ALERTED), DOWN, 3) is Move.NOTHING


@pytest.mark.clause("N-4")
def test_one_good_check_recovers_an_alerted_monitor() -> None:
    assert decide(state(Condition.ALERTED), UP, 3) is Move.RECOVER


def test_a_failure_after_an_untold_recovery_takes_the_recovery_back() -> None:
    assert decide(state(Condition.ALERTED, recovered=True), DOWN, 3) is Move.RELAPSE


def test_what_we_cannot_see_is_never_a_failure_of_the_customers_server() -> None:
    assert decide(None, UNKNOWN, 3) is Move.MARK_UNKNOWN
    assert decide(None, UNKNOWN, 1) is Move.MARK_UNKNOWN
    assert decide(state(Condition.UNKNOWN), UNKNOWN, 3) is Move.NOTHING


def test_what_we_cannot_see_neither_recovers_nor_relapses_an_alert() -> None:
    assert decide(state(Condition.ALERTED), UNKNOWN, 3) is Move.NOTHING
    assert decide(state(Condition.ALERTED, recovered=True), UNKNOWN, 3) is Move.NOTHING


def test_after_unknown_any_result_applies_normally() -> None:
    assert decide(state(Condition.UNKNOWN), DOWN, 3) is Move.SUSPECT
    assert decide(state(Condition.UNKNOWN), UP, 3) is Move.CLEAR


def test_the_regular_check_leaves_a_confirmation_to_its_machine() -> None:
    assert decide(state(Condition.CONFIRMING), UP, 3) is Move.NOTHING
    assert decide(state(Condition.CONFIRMING), DOWN, 3) is Move.RESUME_CONFIRMING


@pytest.mark.clause("N-4")
def test_the_third_failure_in_a_row_confirms() -> None:
    assert judge_recheck(1, Status.DOWN, 3) is Verdict.STILL_DOWN
    assert judge_recheck(2, Status.DOWN, 3) is Verdict.CONFIRMED


@pytest.mark.clause("N-8")
def test_a_good_recheck_clears_the_suspicion() -> None:
    assert judge_recheck(2, Status.UP, 3) is Verdict.CLEARED


def test_a_recheck_that_cannot_see_is_inconclusive() -> None:
    assert judge_recheck(2, Status.UNKNOWN, 3) is Verdict.INCONCLUSIVE


def test_every_reason_has_exactly_one_status() -> None:
    statuses = {reason: seen(reason).status for reason in Reason}

    assert [r for r, s in statuses.items() if s is Status.UP] == [Reason.OK]
    assert statuses[Reason.NO_DESCRIPTORS] is Status.UNKNOWN
    assert statuses[Reason.TIMEOUT] is Status.DOWN
