"""A sample of this machine, told by the real snmpd, is what the kernel says."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.demo.servers.agent import SnmpdServer, free_udp_port, snmpd_program
from probe.probers.sampler import samplers_of
from probe.shard import observe_all
from tests.integration.peers import HERE
from toban import clock
from toban.domain.check import Check, Kind, Resource, ResourceQuestion
from toban.domain.counters import Counters, CpuSample, TrafficSample
from toban.domain.metrics import Sample
from toban.domain.observation import Reason

pytestmark = pytest.mark.skipif(
    snmpd_program() is None,
    reason="the real SNMP agent is not asked: install the Debian package snmpd",
)
THEN = datetime(2026, 11, 23, 9, 55, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnmpdServer]:
    started = SnmpdServer(HERE, free_udp_port(HERE), tmp_path_factory.mktemp("agent"))
    started.start()
    yield started
    started.stop()


def checks_of(server: SnmpdServer) -> list[Check]:
    agent = server.where("agent-secret")
    questions = (
        ResourceQuestion(Resource.LOAD, 1e6),
        ResourceQuestion(Resource.TRAFFIC, 101, "lo", capacity=1e12),
    )
    return [
        Check(f"acme.web01.{each.resource}", Kind.RESOURCE, HERE, agent=agent, resource=each)
        for each in questions
    ]


def sampled(server: SnmpdServer, before: Counters | None) -> tuple[Sample, Counters]:
    checks, known = checks_of(server), {"acme.web01": before} if before else {}
    samplers = samplers_of(checks, known)
    result = observe_all(checks, known, lambda _: server.secret(), clock.now, samplers=samplers)
    [sampler] = samplers.values()
    assert sampler.sample
    return sampler.sample, result.counters["acme.web01"]


def five_minutes_before(seen: Counters, received: int) -> Counters:
    """The counters of a server that was busy for half of 300 s, and whose `lo` took something."""
    cpu, lo = seen.cpu, seen.traffic["lo"]
    assert cpu
    ticks = list(cpu.ticks)
    ticks[0], ticks[3] = ticks[0] - 15_000, ticks[3] - 15_000
    traffic = {"lo": TrafficSample(lo.uptime - 30_000, lo.received - received, lo.sent)}
    return Counters(THEN, CpuSample(cpu.uptime - 30_000, tuple(ticks)), traffic)


def memory() -> dict[str, int]:
    lines = (line.split() for line in Path("/proc/meminfo").read_text().splitlines())
    return {name.rstrip(":"): int(figure) * 1024 for name, figure, *_ in lines}


@pytest.mark.clause("N-9")
def test_what_is_told_at_once_is_what_the_kernel_says(server: SnmpdServer) -> None:
    sample, _ = sampled(server, None)
    space = os.statvfs("/")
    used = space.f_blocks - space.f_bfree

    assert sample.values["memory.total"] == pytest.approx(memory()["MemTotal"], rel=0.01)
    assert sample.values["memory.used"] + sample.values["memory.available"] == pytest.approx(
        sample.values["memory.total"]
    )
    assert sample.values["load.cores"] == os.cpu_count()
    assert sample.values["disk.space:/"] == pytest.approx(
        100 * used / (used + space.f_bavail), abs=1
    )
    assert {"load.1", "load.5", "load.15", "memory.cached", "swap.total"} <= set(sample.values)


@pytest.mark.clause("N-9")
def test_the_first_sample_knows_no_rates_and_invents_none(server: SnmpdServer) -> None:
    sample, _ = sampled(server, None)

    assert "lo" in sample.layout.interfaces
    assert not [name for name in sample.values if name.startswith(("cpu.", "traffic."))]


@pytest.mark.clause("N-9")
def test_the_second_sample_tells_usage_and_bits_per_second(server: SnmpdServer) -> None:
    _, seen = sampled(server, None)

    sample, _ = sampled(server, five_minutes_before(seen, 37_500_000))

    assert sample.values["cpu.busy"] == pytest.approx(50, abs=5)
    shares = ("user", "system", "iowait", "steal")
    assert sum(sample.values[f"cpu.{name}"] for name in shares) == pytest.approx(
        sample.values["cpu.busy"]
    )
    assert sample.values["traffic.received:lo"] == pytest.approx(1e6, rel=0.5)


@pytest.mark.clause("N-9")
def test_after_a_missing_sample_traffic_is_a_gap_and_not_two_points_in_one(
    server: SnmpdServer,
) -> None:
    _, seen = sampled(server, None)
    before = five_minutes_before(seen, 37_500_000)
    lo = before.traffic["lo"]
    older = TrafficSample(lo.uptime - 30_000, lo.received, lo.sent)

    sample, _ = sampled(server, Counters(THEN, None, {"lo": older}))

    assert "traffic.received:lo" not in sample.values


def test_a_sampler_that_fails_hurts_no_monitor(
    server: SnmpdServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probe.probers.sampler._memory", lambda _: 1 / 0)
    checks = checks_of(server)
    samplers = samplers_of(checks, {})
    result = observe_all(checks, {}, lambda _: server.secret(), clock.now, samplers=samplers)

    assert [each.reason for each in result.observations] == [Reason.OK, Reason.NOT_MEASURED]
    assert [each.sample for each in samplers.values()] == [None]
