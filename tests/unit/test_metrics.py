"""Pure rules of samples: counters, packing, roll-ups, series."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toban.domain.counters import (
    BitRate,
    CpuSample,
    TrafficSample,
    cpu_usage,
    one_point,
    traffic_rate,
)
from toban.domain.metrics import Layout, Sample, layout_of, resolution
from toban.domain.packing import (
    packed_buckets,
    packed_sample,
    unpacked_buckets,
    unpacked_sample,
)
from toban.domain.rollup import consolidated, rolled_up
from toban.domain.series import Bucket, Period, Series, of_samples, slot_start

pytestmark = pytest.mark.clause("N-9")
WIDE = 2**64
FIVE_MINUTES = 30_000
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LAYOUT = Layout(("/", "/var"), ("eth0",))
FIGURES = st.floats(min_value=0, max_value=1e12, allow_nan=False)


def traffic(uptime: int, received: int, sent: int = 0) -> TrafficSample:
    return TrafficSample(uptime, received, sent)


def test_a_64_bit_counter_that_wraps_is_traffic() -> None:
    before, now = traffic(100_000, WIDE - 1_000_000), traffic(130_000, 500_000)

    assert traffic_rate(before, now) == BitRate(received=1_500_000 * 8 / 300, sent=0.0)


@pytest.mark.parametrize("was", [1_000, 2**32 - 5, 10**15])
def test_a_counter_that_was_set_back_is_no_traffic(was: int) -> None:
    assert traffic_rate(traffic(100_000, was), traffic(130_000, 10)) is None


def test_a_restart_is_no_traffic_although_the_counter_has_grown() -> None:
    assert traffic_rate(traffic(10**6, 100), traffic(2_000, 5_000)) is None


@pytest.mark.parametrize(
    ("grown", "is_one"), [(50, False), (30_000, True), (45_000, True), (60_000, False)]
)
def test_only_the_time_of_one_point_makes_a_point(grown: int, *, is_one: bool) -> None:
    assert one_point(1_000, 1_000 + grown) is is_one


def test_what_the_cpu_was_used_for_adds_up_to_busy() -> None:
    before = CpuSample(1_000, (0,) * 8)
    usage = cpu_usage(before, CpuSample(31_000, (20, 5, 10, 50, 5, 2, 3, 5)))

    assert usage
    assert (usage.user, usage.system, usage.iowait, usage.steal) == (25.0, 15.0, 5.0, 5.0)
    assert usage.busy == 50.0


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(LAYOUT.metrics()), FIGURES), st.integers(0, 11))
def test_a_sample_is_unpacked_as_it_was_packed_to_half_a_step(
    values: dict[str, float], slot: int
) -> None:
    found, unpacked = unpacked_sample(packed_sample(slot, Sample(LAYOUT, values)), LAYOUT)

    assert found == slot
    assert unpacked.keys() == values.keys()
    for metric, value in values.items():
        assert abs(unpacked[metric] - value) <= resolution(metric) * 0.5001 + value * 1e-9


@settings(deadline=None)
@given(st.lists(st.none() | st.lists(FIGURES, min_size=1, max_size=4), min_size=3, max_size=3))
def test_buckets_are_unpacked_as_they_were_packed_and_stay_in_order(
    groups: list[list[float] | None],
) -> None:
    buckets = [rolled_up(group, len(group))[0] if group else None for group in groups]
    all_metrics = dict.fromkeys(LAYOUT.metrics(), buckets)

    found = unpacked_buckets(packed_buckets(LAYOUT, all_metrics), LAYOUT, 3)

    for metric, row in found.items():
        assert [each is None for each in row] == [each is None for each in buckets]
        for seen, kept in zip(row, buckets, strict=True):
            if seen and kept:
                assert seen.lowest <= seen.average <= seen.highest
                assert seen.average == pytest.approx(kept.average, abs=resolution(metric))


def test_zero_is_kept_as_zero_and_a_gap_as_a_gap() -> None:
    packed = packed_sample(0, Sample(LAYOUT, {"load.1": 0.0}))

    assert unpacked_sample(packed, LAYOUT) == (0, {"load.1": 0.0})


def test_a_layout_is_found_in_the_names_of_its_metrics() -> None:
    assert layout_of(LAYOUT.metrics()) == LAYOUT
    assert Layout(("/",)).digest() != Layout((), ("/",)).digest()


def test_roll_ups_count_what_was_measured_only() -> None:
    assert rolled_up([1.0, None, 3.0, None, None, None, 5.0], 3) == [
        Bucket(1.0, 2.0, 3.0),
        None,
        Bucket(5.0, 5.0, 5.0),
    ]


@settings(deadline=None)
@given(st.lists(st.none() | FIGURES, min_size=1, max_size=40), st.integers(1, 7))
def test_a_consolidated_series_is_the_same_whether_it_has_gaps_or_not(
    values: list[float | None], size: int
) -> None:
    joined = consolidated(of_samples(START, 300, values), size)
    expected = rolled_up(values, size)

    assert [each is None for each in joined.averages] == [each is None for each in expected]
    for index, bucket in enumerate(expected):
        if bucket:
            assert joined.averages[index] == pytest.approx(bucket.average)
            assert joined.minima[index] == bucket.lowest
            assert joined.maxima[index] == bucket.highest
    assert joined.step_seconds == 300 * size


def test_the_summary_tells_the_newest_figure_and_the_extremes_of_the_roll_ups() -> None:
    series = Series(START, 1800, [2.0, None, 4.0, None], [1.0, None, 3.0, None], [9, None, 5, None])

    assert series.summary() == (4.0, 1.0, 3.0, 9)
    assert of_samples(START, 300, [None, None]).summary() == (None, None, None, None)


@pytest.mark.parametrize("period", Period)
def test_a_period_ends_with_the_point_that_holds_now(period: Period) -> None:
    now = START + timedelta(seconds=61, microseconds=5)
    start, end = period.bounds(now)

    assert end - timedelta(seconds=period.step_seconds) <= now < end
    assert (end - start).total_seconds() == period.seconds
    assert slot_start(end, period.step_seconds) == end
