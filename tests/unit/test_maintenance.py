"""Windows in which nothing is sent and nothing is touched."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.maintenance import (
    OnHolidays,
    Recurrence,
    Window,
    covering,
    mistakes_in,
    occurrences,
)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = Window("m-1", "acme.web01", NOW, NOW + HOUR, "Alice")
HTTP, MYSQL = "acme.web01.http", "acme.web01.mysql"
SUNDAYS = Recurrence(frozenset({6}), time(2, 0), 60, "Asia/Tokyo")


def no_holiday(_day: date) -> bool:
    return False


@pytest.mark.clause("C-5")
def test_a_window_covers_its_server_from_its_start_to_before_its_end() -> None:
    assert not WINDOW.covers(HTTP, NOW - timedelta(seconds=1))
    assert WINDOW.covers(HTTP, NOW)
    assert not WINDOW.covers(HTTP, NOW + HOUR)


@pytest.mark.clause("C-5")
def test_a_window_of_one_monitor_leaves_the_others_watched() -> None:
    window = replace(WINDOW, monitor_ids=(HTTP,))

    assert window.covers(HTTP, NOW)
    assert not window.covers(MYSQL, NOW)


def test_a_cancelled_window_covers_nothing_from_its_cancelling_on() -> None:
    window = replace(WINDOW, cancelled_at=NOW + HOUR / 2)

    assert window.covers(HTTP, NOW)
    assert not window.covers(HTTP, NOW + HOUR / 2)


def test_of_windows_that_overlap_the_one_that_ends_last_counts() -> None:
    longer = replace(WINDOW, window_id="m-2", ends_at=NOW + 2 * HOUR)

    assert covering([longer, WINDOW], HTTP, NOW) == longer


@pytest.mark.clause("C-5")
def test_a_recurring_window_follows_the_customers_clock() -> None:
    starts_at, ends_at = next(occurrences(SUNDAYS, NOW, no_holiday))

    assert starts_at == datetime(2026, 11, 28, 17, 0, tzinfo=UTC)
    assert ends_at - starts_at == HOUR


def test_an_occurrence_that_is_open_now_is_the_first_one() -> None:
    within = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)

    assert next(occurrences(SUNDAYS, within, no_holiday))[0] < within


@pytest.mark.parametrize(
    ("holidays", "day"),
    [(OnHolidays.AS_USUAL, 24), (OnHolidays.SKIP, 1), (OnHolidays.ALSO, 23)],
)
def test_public_holidays_are_kept_skipped_or_added(holidays: OnHolidays, day: int) -> None:
    tuesdays = replace(SUNDAYS, weekdays=frozenset({1}), starts=time(12), holidays=holidays)
    closed = {date(2026, 11, 23), date(2026, 11, 24)}

    starts_at, _ = next(
        occurrences(tuesdays, NOW - timedelta(hours=8), lambda local: local in closed)
    )

    assert starts_at.day == day


@given(
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times(),
    st.integers(1, 600),
    st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York"]),
)
def test_occurrences_come_in_order_whatever_the_clock_of_the_zone_does(
    weekdays: frozenset[int], starts: time, minutes: int, zone: str
) -> None:
    recurrence = Recurrence(weekdays, starts.replace(second=0, microsecond=0), minutes, zone)

    found = list(islice(occurrences(recurrence, NOW, no_holiday), 60))

    assert [start for start, _ in found] == sorted({start for start, _ in found})
    assert all(end - start == timedelta(minutes=minutes) for start, end in found)


def test_every_window_has_an_end_that_is_still_to_come_and_somebody_who_asks() -> None:
    forgotten = replace(WINDOW, ends_at=NOW + timedelta(days=30), requested_by=" ")
    past = replace(WINDOW, ends_at=NOW - HOUR)

    assert mistakes_in(WINDOW, NOW) == []
    assert len(mistakes_in(forgotten, NOW)) == 2
    assert len(mistakes_in(past, NOW)) == 1
