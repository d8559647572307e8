"""Is it us? A blind prober accuses nobody."""

from datetime import UTC, datetime

import pytest

from toban.domain.observation import EVIDENCE_LIMIT, Observation, Reason, Status
from toban.domain.vantage import judge

AT = datetime(2026, 11, 23, 10, 3, tzinfo=UTC)


def saw(reason: Reason, evidence: str = "") -> Observation:
    return Observation("acme.web01.http", reason, AT, evidence=evidence)


def never_asked() -> bool:
    raise AssertionError("there was nothing to doubt")


@pytest.mark.parametrize(
    "reason", [Reason.TIMEOUT, Reason.UNREACHABLE, Reason.DNS_ERROR, Reason.NO_REPLY]
)
def test_a_network_failure_is_unknown_while_no_reference_target_answers(reason: Reason) -> None:
    [judged] = judge([saw(reason, "no connection within 10 s")], lambda: False)
    assert judged.reason is Reason.BLIND
    assert judged.status is Status.UNKNOWN
    assert str(reason) in judged.evidence
    assert "no connection within 10 s" in judged.evidence


def test_a_network_failure_stands_while_a_reference_target_answers() -> None:
    seen = [saw(Reason.TIMEOUT), saw(Reason.OK)]
    assert judge(seen, lambda: True) == tuple(seen)


@pytest.mark.parametrize(
    "reason",
    [Reason.REFUSED, Reason.RESET, Reason.BAD_STATUS, Reason.TLS_ERROR, Reason.OVER_THRESHOLD],
)
def test_an_answer_proves_the_network_and_is_never_doubted(reason: Reason) -> None:
    assert judge([saw(reason)], never_asked) == (saw(reason),)


def test_blindness_touches_only_what_looks_like_it() -> None:
    judged = judge([saw(Reason.OK), saw(Reason.TIMEOUT), saw(Reason.REFUSED)], lambda: False)
    assert [one.reason for one in judged] == [Reason.OK, Reason.BLIND, Reason.REFUSED]


def test_the_reference_targets_are_asked_once_for_many_failures() -> None:
    asked = []

    def references_answer() -> bool:
        asked.append(True)
        return False

    judge([saw(Reason.TIMEOUT)] * 50, references_answer)
    assert len(asked) == 1


def test_evidence_of_blindness_stays_within_its_limit() -> None:
    [judged] = judge([saw(Reason.TIMEOUT, "x" * EVIDENCE_LIMIT)], lambda: False)
    assert len(judged.evidence) == EVIDENCE_LIMIT
