"""The monitor's own proof of a repair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.observation import Status
from toban.domain.verification import Proof, Verification, judge_repair


def judged(*statuses: Status) -> Verification:
    proof = Proof()
    for status in statuses:
        proof = proof.after(status)
    return judge_repair(proof, successes_wanted=3, tries_allowed=6)


UP, DOWN = Status.UP, Status.DOWN


@pytest.mark.clause("P-2")
def test_three_good_checks_in_a_row_verify_a_repair() -> None:
    assert judged(UP, UP) is Verification.PENDING
    assert judged(UP, UP, UP) is Verification.VERIFIED


@pytest.mark.clause("P-2")
def test_a_service_that_needs_a_moment_is_still_verified() -> None:
    assert judged(DOWN, DOWN, DOWN, UP, UP, UP) is Verification.VERIFIED


@pytest.mark.clause("P-2")
def test_a_service_that_falls_over_again_is_not_verified() -> None:
    assert judged(UP, UP, DOWN, UP, UP) is Verification.PENDING
    assert judged(UP, UP, DOWN, DOWN) is Verification.FAILED


@pytest.mark.clause("P-2")
def test_what_we_could_not_see_is_no_failure_of_the_repair() -> None:
    unseen = Status.UNKNOWN

    assert judged(unseen, unseen, unseen, unseen) is Verification.UNPROVEN
    assert judged(UP, UP, unseen, unseen) is Verification.UNPROVEN
    assert judged(unseen, DOWN, unseen, unseen) is Verification.FAILED
    assert judged(unseen, unseen, unseen, UP, UP, UP) is Verification.VERIFIED


@given(st.lists(st.sampled_from([Status.UP, Status.DOWN, Status.UNKNOWN]), max_size=12))
def test_every_row_of_checks_ends_in_a_judgement_within_the_tries(statuses: list[Status]) -> None:
    proof = Proof()
    for status in statuses[:6]:
        proof = proof.after(status)
        if judge_repair(proof, 3, 6) is not Verification.PENDING:
            return
    assert proof.tries < 6
