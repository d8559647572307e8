"""Windows in which nothing is sent and nothing is touched."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.identifier import server_of
from toban.domain.maintenance import (
    LONGEST,
    OnHolidays,
    Recurrence,
    Rule,
    Window,
    WindowState,
    covering,
    mistakes_in,
    mistakes_in_recurrence,
    occurrences,
    rule_id,
    window_id,
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


@pytest.mark.parametrize(
    ("at", "cancelled_at", "state"),
    [
        (NOW - HOUR, None, WindowState.AHEAD),
        (NOW, None, WindowState.OPEN),
        (NOW + HOUR, None, WindowState.OVER),
        (NOW - HOUR, NOW - HOUR, WindowState.CANCELLED),
        (NOW + 2 * HOUR, NOW - HOUR, WindowState.CANCELLED),
        (NOW + HOUR / 4, NOW + HOUR / 2, WindowState.OPEN),
        (NOW + HOUR / 2, NOW + HOUR / 2, WindowState.ENDED_EARLY),
        (NOW + 2 * HOUR, NOW + HOUR / 2, WindowState.ENDED_EARLY),
    ],
)
def test_a_window_is_ahead_open_or_over_in_one_of_three_ways(
    at: datetime, cancelled_at: datetime | None, state: WindowState
) -> None:
    window = replace(WINDOW, cancelled_at=cancelled_at)

    assert window.state(at) is state
    assert window.is_to_come(at) is (state in {WindowState.AHEAD, WindowState.OPEN})
    assert window.covers(HTTP, at) is (state is WindowState.OPEN)


def test_the_longest_id_is_still_the_name_of_an_execution() -> None:
    server_id = f"{'c' * 16}.{'h' * 24}"

    longest = f"{window_id(server_id, NOW, [HTTP, MYSQL])}.9"

    assert len(longest) <= 80
    assert server_of(longest) == server_id


def test_ids_of_windows_sort_by_their_start() -> None:
    starts = [NOW + number * LONGEST for number in range(40)]

    assert [window_id("acme.web01", at) for at in starts] == sorted(
        window_id("acme.web01", at) for at in reversed(starts)
    )


def test_the_order_in_which_monitors_are_named_makes_no_other_window() -> None:
    assert window_id("acme.web01", NOW, [HTTP, MYSQL]) == window_id(
        "acme.web01", NOW, [MYSQL, HTTP]
    )
    assert window_id("acme.web01", NOW, [HTTP]) != window_id("acme.web01", NOW)


def test_a_rule_brings_its_windows_with_its_own_terms() -> None:
    name = rule_id("acme.web01", SUNDAYS, [HTTP])
    rule = Rule(name, "acme.web01", SUNDAYS, NOW, "Alice", "backup", (HTTP,))

    window = rule.next_window(NOW, no_holiday)

    assert window is not None
    assert (window.rule_id, window.monitor_ids, window.reason) == (name, (HTTP,), "backup")
    assert window.window_id != window_id("acme.web01", window.starts_at)


def test_a_rule_that_no_day_fits_brings_no_window() -> None:
    never = replace(SUNDAYS, holidays=OnHolidays.SKIP)
    rule = Rule("r", "acme.web01", never, NOW, "Alice")

    assert rule.next_window(NOW, lambda _: True) is None


@pytest.mark.parametrize("minutes", [0, -1, 12 * 60 + 1])
def test_what_comes_back_lasts_at_most_half_a_day(minutes: int) -> None:
    assert len(mistakes_in_recurrence(replace(SUNDAYS, minutes=minutes))) == 1
    assert mistakes_in_recurrence(replace(SUNDAYS, minutes=12 * 60)) == []
