"""A failure that is being confirmed, and the alert it becomes."""

from datetime import UTC, datetime, timedelta

import pytest

from toban.domain.identifier import confirmation_name, incident_id
from toban.domain.observation import Observation, Reason
from toban.domain.policy import PORT_PROCESS
from toban.domain.suspicion import Suspicion
from toban.domain.transition import Verdict

SCHEDULED = datetime(2026, 11, 23, 10, 3, tzinfo=UTC)
MONITOR = "acme.web01.http"


def failing(minutes: int = 0) -> Observation:
    return Observation(MONITOR, Reason.REFUSED, SCHEDULED + timedelta(minutes=minutes, seconds=2))


def suspicion() -> Suspicion:
    seen = failing()
    return Suspicion(MONITOR, "shard", SCHEDULED, seen.observed_at, PORT_PROCESS, 1, seen)


@pytest.mark.clause("N-4")
def test_two_rechecks_that_fail_make_three_strikes_and_a_confirmation() -> None:
    second = suspicion().after(failing(1))
    third = second.after(failing(2))

    assert (second.strikes, second.verdict) == (2, Verdict.STILL_DOWN)
    assert (third.strikes, third.verdict) == (3, Verdict.CONFIRMED)


def test_the_alert_remembers_the_first_failure_and_the_confirmation() -> None:
    alert = suspicion().after(failing(1)).after(failing(2)).alert(priority=70)

    assert alert.first_failed_at == failing().observed_at
    assert alert.confirmed_at == failing(2).observed_at
    assert alert.priority == 70


def test_the_same_failure_has_the_same_execution_name_however_often_it_is_delivered() -> None:
    assert suspicion().name == suspicion().after(failing(1)).name == f"{MONITOR}.20261123T100300Z"


def test_execution_names_fit_the_eighty_characters_of_step_functions() -> None:
    longest = f"{'c' * 16}.{'h' * 24}.{'m' * 20}"

    assert len(confirmation_name(longest, SCHEDULED)) <= 80
    assert len(incident_id(longest.rpartition(".")[0], SCHEDULED)) <= 80
