"""The order of work and the last recovery."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.incident import Alert, in_order_of_work, still_open, window_closes_at
from toban.domain.observation import Observation, Reason

START = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)


def alert(name: str, priority: int, confirmed: int = 0) -> Alert:
    at = START + timedelta(seconds=confirmed)
    monitor_id = f"acme.web01.{name}"
    return Alert(monitor_id, priority, START, at, Observation(monitor_id, Reason.REFUSED, at))


@pytest.mark.clause("P-8")
def test_the_lowest_priority_number_is_worked_on_first_and_ties_go_to_the_earliest() -> None:
    alerts = [alert("http", 70, 1), alert("mysql", 50, 20), alert("nginx", 70, 0)]

    order = [each.monitor_id.rpartition(".")[2] for each in in_order_of_work(alerts)]

    assert order == ["mysql", "nginx", "http"]


@pytest.mark.clause("N-4")
def test_the_window_for_duplicates_is_thirty_seconds_from_the_first_confirmation() -> None:
    assert window_closes_at(START, 30) == START + timedelta(seconds=30)


def good(at: datetime) -> Observation:
    return Observation("acme.web01.http", Reason.OK, at)


def test_a_monitor_that_has_not_recovered_is_still_open() -> None:
    recoveries = {"a": good(START), "b": None}

    assert still_open("a", recoveries) == ["b"]


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), min_size=1))
def test_exactly_one_recovery_mail_says_that_all_is_well(minutes: dict[str, int]) -> None:
    recoveries: dict[str, Observation | None] = {
        name: good(START + timedelta(minutes=minute)) for name, minute in minutes.items()
    }

    last = [name for name in recoveries if not still_open(name, recoveries)]

    assert len(last) == 1
