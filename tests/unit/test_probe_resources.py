"""What an agent's answers say about the five resources."""

from datetime import UTC, datetime

import pytest

from probe.probers import resource, storage
from probe.probers.facts import AgentFacts
from probe.probers.resource import Samples, measure_resource
from probe.probers.result import ProbeResult
from tests.unit.dictionary_agent import Objects, told
from toban.domain.check import Resource, ResourceQuestion
from toban.domain.counters import Counters, CpuSample, TrafficSample
from toban.domain.observation import Reason

AT = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)


def measured(
    question: ResourceQuestion, objects: Objects, previous: Counters | None = None
) -> tuple[ProbeResult, Counters | None]:
    facts, samples = AgentFacts(), Samples(previous)
    result = told(measure_resource(question, facts, samples), facts, objects)
    return result, samples.counters(AT)


def load_objects(load: int, cores: int) -> Objects:
    return {resource.LOAD_5_MINUTES: load, resource.CPU_COUNT: cores}


@pytest.mark.clause("N-5", "N-9")
@pytest.mark.parametrize(
    ("load", "cores", "reason"),
    [
        (599, 2, Reason.OK),
        (600, 2, Reason.OVER_THRESHOLD),
        (350, 1, Reason.OK),
        (400, 1, Reason.OVER_THRESHOLD),
    ],
)
def test_load_is_judged_per_core_but_not_below_the_floor(
    load: int, cores: int, reason: Reason
) -> None:
    question = ResourceQuestion(Resource.LOAD, threshold=3.0, floor=4.0)
    result, _ = measured(question, load_objects(load, cores))
    assert (result.reason, result.value) == (reason, load / 100 / cores)


def test_an_agent_without_a_core_count_is_asked_for_its_processors() -> None:
    rows: Objects = {f"{resource.PROCESSOR_LOAD}.{row}": 0 for row in (196608, 196609)}
    question = ResourceQuestion(Resource.LOAD, threshold=3.0)
    result, _ = measured(question, {resource.LOAD_5_MINUTES: 100, **rows})
    assert result.value == 0.5


MEMORY: Objects = {
    resource.MEMORY_TOTAL: 1000,
    resource.MEMORY_FREE: 100,
    resource.MEMORY_BUFFER: 50,
    resource.MEMORY_CACHED: 300,
    resource.MEMORY_SHARED: 50,
}


@pytest.mark.clause("N-9")
def test_memory_is_what_the_kernel_says_is_available() -> None:
    objects = MEMORY | {resource.MEMORY_AVAILABLE: 50}
    result, _ = measured(ResourceQuestion(Resource.MEMORY, 95), objects)
    assert (result.reason, result.value) == (Reason.OVER_THRESHOLD, 95.0)


def test_memory_of_an_old_kernel_counts_buffers_and_cache_as_available() -> None:
    result, _ = measured(ResourceQuestion(Resource.MEMORY, 95), MEMORY)
    assert (result.reason, result.value) == (Reason.OK, 60.0)


@pytest.mark.parametrize(
    "wrong", [{}, MEMORY | {resource.MEMORY_TOTAL: 0}, MEMORY | {resource.MEMORY_TOTAL: 10}]
)
def test_impossible_memory_is_not_measured(wrong: Objects) -> None:
    result, _ = measured(ResourceQuestion(Resource.MEMORY, 95), wrong)
    assert result.reason is Reason.NOT_MEASURED


def disk_row(used: int, available: int) -> Objects:
    return {
        f"{storage.DISK_PATH}.2": b"/data",
        f"{storage.DISK_AVAILABLE_LOW}.2": available % 2**32,
        f"{storage.DISK_AVAILABLE_HIGH}.2": available // 2**32,
        f"{storage.DISK_USED_LOW}.2": used % 2**32,
        f"{storage.DISK_USED_HIGH}.2": used // 2**32,
    }


def storage_row(unit: int, size: int, used: int) -> Objects:
    return {
        f"{storage.STORAGE_NAME}.31": b"/data",
        f"{storage.STORAGE_UNIT}.31": unit,
        f"{storage.STORAGE_SIZE}.31": size,
        f"{storage.STORAGE_USED}.31": used,
    }


DISK = ResourceQuestion(Resource.DISK, 90, subject="/data")


@pytest.mark.clause("N-9")
@pytest.mark.parametrize(
    ("used", "available", "reason", "percent"),
    [
        (89, 11, Reason.OK, 89.0),
        (90, 10, Reason.OVER_THRESHOLD, 90.0),
        (9 * 2**33, 2**33, Reason.OVER_THRESHOLD, 90.0),
    ],
)
def test_disk_is_counted_as_df_counts(
    used: int, available: int, reason: Reason, percent: float
) -> None:
    result, _ = measured(DISK, disk_row(used, available))
    assert (result.reason, result.value) == (reason, percent)


def test_a_mount_without_a_disk_line_is_looked_up_in_the_storage_table() -> None:
    result, _ = measured(DISK, storage_row(4096, 1000, 950))
    assert (result.reason, result.value) == (Reason.OVER_THRESHOLD, 95.0)
    assert "reserve" in result.evidence


def test_a_storage_size_beyond_31_bits_is_not_negative() -> None:
    result, _ = measured(DISK, storage_row(4096, 3_000_000_000 - 2**32, 1_500_000_000))
    assert result.value == 50.0


@pytest.mark.parametrize(
    "objects", [storage_row(0, 100, 50), storage_row(4096, 0, 0), storage_row(4096, 10, 50)]
)
def test_impossible_sizes_are_not_measured(objects: Objects) -> None:
    assert measured(DISK, objects)[0].reason is Reason.NOT_MEASURED


def test_a_missing_mount_is_unknown_and_the_evidence_names_what_there_is() -> None:
    objects = disk_row(1, 1) | {f"{storage.STORAGE_NAME}.1": b"Physical memory"}
    result, _ = measured(ResourceQuestion(Resource.DISK, 90, subject="/home"), objects)
    assert result.reason is Reason.NOT_MEASURED
    assert "/data" in result.evidence and "memory" not in result.evidence


def cpu_objects(uptime: int, *ticks: int) -> Objects:
    return {resource.HOST_UPTIME: uptime, **dict(zip(resource.CPU_TICKS, ticks, strict=True))}


CPU = ResourceQuestion(Resource.CPU, 90)


def test_the_first_cpu_sample_is_unknown_and_the_second_is_measured() -> None:
    first, counters = measured(CPU, cpu_objects(1000, 10, 0, 10, 80, 0, 0, 0, 0))
    assert first.reason is Reason.NOT_MEASURED
    later = cpu_objects(31_000, 1010, 0, 10, 180, 0, 0, 0, 0)
    second, _ = measured(CPU, later, counters)
    assert second.reason is Reason.OVER_THRESHOLD
    assert second.value == pytest.approx(90.909, abs=0.001)


def test_a_rebooted_server_starts_a_new_sample() -> None:
    previous = Counters(AT, CpuSample(900_000, (9, 9, 9, 9, 9, 9, 9, 9)))
    result, counters = measured(CPU, cpu_objects(500, 1, 0, 1, 8, 0, 0, 0, 0), previous)
    assert result.reason is Reason.NOT_MEASURED
    assert "restarted" in result.evidence
    assert counters is not None and counters.cpu is not None and counters.cpu.uptime == 500


def test_an_agent_that_has_just_started_tells_only_zeros_and_is_not_believed() -> None:
    result, counters = measured(CPU, cpu_objects(1000, 0, 0, 0, 0, 0, 0, 0, 0))
    assert result.reason is Reason.NOT_MEASURED
    assert counters is None


def test_a_sample_too_soon_keeps_the_older_one() -> None:
    before = CpuSample(1000, (1, 0, 1, 8, 0, 0, 0, 0))
    soon = cpu_objects(1010, 2, 0, 1, 9, 0, 0, 0, 0)
    _, counters = measured(CPU, soon, Counters(AT, before))
    assert counters is not None and counters.cpu == before


def interface(received: int, sent: int, speed: int, uptime: int) -> Objects:
    return {
        resource.HOST_UPTIME: uptime,
        f"{resource.IF_NAME}.2": b"eth0",
        f"{resource.IF_RECEIVED}.2": received,
        f"{resource.IF_SENT}.2": sent,
        f"{resource.IF_HIGH_SPEED}.2": speed,
    }


@pytest.mark.clause("N-9")
@pytest.mark.parametrize(
    ("capacity", "speed", "percent", "reason"),
    [
        (0.0, 100, 80.0, Reason.OVER_THRESHOLD),
        (0.0, 1000, 8.0, Reason.OK),
        (50e6, 1000, 160.0, Reason.OVER_THRESHOLD),
        (0.0, 0, None, Reason.NOT_MEASURED),
    ],
)
def test_traffic_is_the_busier_direction_in_percent_of_the_capacity(
    capacity: float, speed: int, percent: float | None, reason: Reason
) -> None:
    question = ResourceQuestion(Resource.TRAFFIC, 80, subject="eth0", capacity=capacity)
    previous = Counters(AT, traffic={"eth0": TrafficSample(1000, 10**15, 0)})
    now = interface(10**15 + 3_000_000_000, 1_000_000, speed, 31_000)
    result, _ = measured(question, now, previous)
    assert (result.reason, result.value) == (reason, percent)


def test_counters_of_what_was_not_asked_this_time_are_kept() -> None:
    previous = Counters(AT, CpuSample(1, (1,) * 8), {"eth1": TrafficSample(1, 2, 3)})
    question = ResourceQuestion(Resource.TRAFFIC, 80, subject="eth0")
    _, counters = measured(question, interface(1, 1, 1, 31_000), previous)
    assert counters is not None
    assert counters.cpu == previous.cpu
    assert set(counters.traffic) == {"eth0", "eth1"}


def test_a_missing_interface_is_unknown_and_the_evidence_names_what_there_is() -> None:
    question = ResourceQuestion(Resource.TRAFFIC, 80, subject="ens5")
    result, _ = measured(question, interface(1, 1, 1, 1000))
    assert result.reason is Reason.NOT_MEASURED
    assert "eth0" in result.evidence
