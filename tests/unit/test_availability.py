"""The accounting rule of a month, second by second (N-9)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.availability import Account, Lot, Stretch, account, account_of_server
from toban.domain.month import bounds, is_settled, month_before

pytestmark = pytest.mark.clause("N-9")
START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(seconds=1_000)


def stretch(first: int, last: int | None) -> Stretch:
    end = None if last is None else START + timedelta(seconds=last)
    return Stretch(START + timedelta(seconds=first), end)


def test_a_second_counts_once_as_what_comes_first_in_the_rule() -> None:
    lots = {
        Lot.DOWN: [stretch(100, 500)],
        Lot.UNKNOWN: [stretch(400, 600)],
        Lot.PAUSED: [stretch(300, 450)],
        Lot.MAINTENANCE: [stretch(0, 200), stretch(150, 250)],
    }
    found = account(lots, START, END)

    assert found == Account(
        {Lot.MAINTENANCE: 250, Lot.PAUSED: 150, Lot.UNKNOWN: 150, Lot.DOWN: 50, Lot.UP: 400}
    )
    assert found.availability == pytest.approx(400 / 450 * 100)


def test_what_reaches_beyond_the_month_counts_within_it() -> None:
    found = account({Lot.DOWN: [stretch(-500, 100), stretch(900, None)]}, START, END)

    assert (found.of(Lot.DOWN), found.of(Lot.UP)) == (200, 800)


def test_nothing_that_could_be_judged_is_no_availability() -> None:
    assert account({Lot.MAINTENANCE: [stretch(0, None)]}, START, END).availability is None
    assert account_of_server([], START, END).availability is None


def test_a_server_is_down_while_one_service_is_and_unjudged_only_when_all_are() -> None:
    web = {Lot.DOWN: [stretch(0, 100)], Lot.MAINTENANCE: [stretch(200, 400)]}
    mysql = {Lot.DOWN: [stretch(50, 150)], Lot.MAINTENANCE: [stretch(300, 400)]}
    found = account_of_server([web, mysql], START, END)

    assert found.seconds == {
        **{Lot.DOWN: 150, Lot.MAINTENANCE: 100, Lot.UP: 750},
        **{Lot.PAUSED: 0, Lot.UNKNOWN: 0},
    }


moments = st.integers(-200, 1_200)
stretches = st.lists(st.tuples(moments, st.none() | moments), max_size=4)


@given(st.dictionaries(st.sampled_from(list(Lot)[:-1]), stretches))
def test_all_lots_together_are_the_whole_month(
    drawn: dict[Lot, list[tuple[int, int | None]]],
) -> None:
    lots = {lot: [stretch(*each) for each in found] for lot, found in drawn.items()}

    for found in (account(lots, START, END), account_of_server([lots, lots], START, END)):
        assert sum(found.seconds.values()) == 1_000


@pytest.mark.parametrize(
    ("zone", "start", "days"),
    [
        ("Asia/Tokyo", datetime(2026, 10, 31, 15, tzinfo=UTC), 30.0),
        ("America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC), 30 + 1 / 24),
    ],
)
def test_a_month_is_that_of_the_customers_clocks(zone: str, start: datetime, days: float) -> None:
    first, last = bounds("2026-11", zone)

    assert first == start
    assert (last - first) / timedelta(days=1) == days


def test_december_ends_with_the_year() -> None:
    assert bounds("2026-12", "UTC")[1] == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "November", "", "2026-11-01"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(ValueError, match="is no month"):
        bounds(month, "UTC")


@pytest.mark.parametrize(
    ("zone", "settled"),
    [("Asia/Tokyo", "2026-12-01T01:00"), ("America/New_York", "2026-12-02T01:00")],
)
def test_a_month_is_settled_when_its_last_samples_are_rolled_up(zone: str, settled: str) -> None:
    at = datetime.fromisoformat(settled).replace(tzinfo=UTC)

    assert is_settled("2026-11", zone, at)
    assert not is_settled("2026-11", zone, at - timedelta(seconds=1))
    assert month_before(at, zone) == "2026-11"
