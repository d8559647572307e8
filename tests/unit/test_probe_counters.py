"""Rates from two samples of ever-growing counters."""

from datetime import UTC, datetime

import msgspec
import pytest

from toban.domain.counters import (
    BitRate,
    Counters,
    CpuSample,
    CpuShares,
    TrafficSample,
    cpu_shares,
    traffic_rate,
)

FIVE_MINUTES = 30_000
BEFORE = CpuSample(uptime=1_000_000, ticks=(100, 0, 50, 800, 30, 5, 5, 10))


def after(*grown: int, uptime: int = 1_000_000 + FIVE_MINUTES) -> CpuSample:
    return CpuSample(uptime, tuple(a + b for a, b in zip(BEFORE.ticks, grown, strict=True)))


@pytest.mark.clause("N-9")
def test_busy_is_everything_but_idle_and_waiting_is_told_apart() -> None:
    shares = cpu_shares(BEFORE, after(40, 0, 10, 900, 30, 5, 5, 10))
    assert shares == CpuShares(busy=10.0, wait=3.0, steal=1.0)


def test_a_counter_that_wraps_at_32_bits_is_still_measured() -> None:
    top = 2**32
    before = CpuSample(1_000_000, (top - 50, 0, 0, top - 100, 0, 0, 0, 0))
    now = CpuSample(1_030_000, (50, 0, 0, 200, 0, 0, 0, 0))
    assert cpu_shares(before, now) == CpuShares(busy=25.0, wait=0.0, steal=0.0)


def test_iowait_that_steps_back_a_little_does_not_look_like_a_wrap() -> None:
    shares = cpu_shares(BEFORE, after(50, 0, 0, 50, -3, 0, 0, 0))
    assert shares == CpuShares(busy=50.0, wait=0.0, steal=0.0)


@pytest.mark.parametrize(
    ("uptime", "why"),
    [
        (500, "the server was restarted in between"),
        (1_000_050, "half a second is too short"),
        (1_000_000 + 400_000, "more than an hour says nothing about five minutes"),
    ],
)
def test_samples_that_cannot_be_compared_give_no_share(uptime: int, why: str) -> None:
    assert cpu_shares(BEFORE, after(1, 1, 1, 1, 1, 1, 1, 1, uptime=uptime)) is None, why


def test_counters_that_stand_still_give_no_share() -> None:
    assert cpu_shares(BEFORE, after(0, 0, 0, 0, 0, 0, 0, 0)) is None


@pytest.mark.clause("N-9")
def test_traffic_is_bits_per_second_of_the_servers_own_time() -> None:
    before = TrafficSample(1_000_000, received=10**12, sent=0)
    now = TrafficSample(1_030_000, received=10**12 + 375_000_000, sent=3_750_000)
    assert traffic_rate(before, now) == BitRate(received=10_000_000.0, sent=100_000.0)


def test_an_interface_whose_counters_were_set_back_gives_no_rate() -> None:
    before = TrafficSample(1_000_000, received=500, sent=500)
    assert traffic_rate(before, TrafficSample(1_030_000, received=400, sent=900)) is None


def test_a_restarted_server_gives_no_rate() -> None:
    before = TrafficSample(1_000_000, received=500, sent=500)
    assert traffic_rate(before, TrafficSample(100, received=900, sent=900)) is None


def test_counters_survive_json() -> None:
    counters = Counters(
        datetime(2026, 11, 23, 10, 5, tzinfo=UTC), BEFORE, {"eth0": TrafficSample(1, 2, 3)}
    )
    assert msgspec.json.decode(msgspec.json.encode(counters), type=Counters) == counters
