"""Inodes, swap, processes and busy disks, as agents tell them (catalogue 2.4)."""

import pytest

from probe.probers import storage, system
from probe.probers.facts import AgentFacts
from probe.probers.resource import Samples, measure_resource
from probe.probers.result import ProbeResult
from tests.unit.dictionary_agent import Objects, told
from toban.domain.check import Resource, ResourceQuestion
from toban.domain.observation import Reason

INODE = ResourceQuestion(Resource.INODE, 90, subject="/data")
BUSY = ResourceQuestion(Resource.DISK_BUSY, 95, subject="sda")
SWAP = ResourceQuestion(Resource.SWAP, 80)


def measured(question: ResourceQuestion, objects: Objects) -> ProbeResult:
    facts = AgentFacts()
    return told(measure_resource(question, facts, Samples(None)), facts, objects)


def row(names: str, name: bytes, figures: str, figure: int) -> Objects:
    return {f"{names}.7": name, f"{figures}.7": figure}


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(("percent", "reason"), [(89, Reason.OK), (90, Reason.OVER_THRESHOLD)])
def test_inodes_are_those_of_the_mount(percent: int, reason: Reason) -> None:
    found = measured(INODE, row(storage.DISK_PATH, b"/data", system.DISK_INODES, percent))

    assert (found.reason, found.value) == (reason, percent)
    assert found.evidence == f"/data {percent} % of the inodes used; alert at 90 %"


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(("percent", "reason"), [(94, Reason.OK), (95, Reason.OVER_THRESHOLD)])
def test_a_disk_is_as_busy_as_its_average_of_5_minutes(percent: int, reason: Reason) -> None:
    found = measured(BUSY, row(system.DEVICE, b"sda", system.DEVICE_BUSY, percent))

    assert (found.reason, found.value) == (reason, percent)


@pytest.mark.parametrize(
    ("question", "objects"),
    [
        (INODE, {}),
        (INODE, row(storage.DISK_PATH, b"/", system.DISK_INODES, 99)),
        (INODE, row(storage.DISK_PATH, b"/data", system.DISK_INODES, 101)),
        (INODE, {f"{storage.DISK_PATH}.1": b"/data"}),
        (BUSY, row(system.DEVICE, b"sda1", system.DEVICE_BUSY, 99)),
        (BUSY, row(system.DEVICE, b"sda", system.DEVICE_BUSY, -1)),
        (SWAP, {}),
        (SWAP, {system.SWAP_TOTAL: 10, system.SWAP_AVAILABLE: 11}),
        (ResourceQuestion(Resource.PROCESSES, 1000), {system.PROCESSES: 0}),
    ],
)
def test_what_an_agent_does_not_tell_or_cannot_mean_is_unknown(
    question: ResourceQuestion, objects: Objects
) -> None:
    assert measured(question, objects).reason is Reason.NOT_MEASURED


def test_a_missing_mount_is_told_with_those_that_there_are() -> None:
    found = measured(INODE, row(storage.DISK_PATH, b"/srv", system.DISK_INODES, 1))

    assert found.evidence == "no /data; the agent has: /srv"


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("available", "reason", "used"), [(201, Reason.OK, 79.9), (200, Reason.OVER_THRESHOLD, 80.0)]
)
def test_swap_is_what_is_not_available(available: int, reason: Reason, used: float) -> None:
    found = measured(SWAP, {system.SWAP_TOTAL: 1000, system.SWAP_AVAILABLE: available})

    assert found.reason is reason
    assert found.value == pytest.approx(used)


def test_a_server_without_swap_uses_none() -> None:
    found = measured(SWAP, {system.SWAP_TOTAL: 0, system.SWAP_AVAILABLE: 0})

    assert (found.reason, found.evidence) == (Reason.OK, "the server has no swap")


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(("count", "reason"), [(999, Reason.OK), (1000, Reason.OVER_THRESHOLD)])
def test_processes_are_counted(count: int, reason: Reason) -> None:
    found = measured(ResourceQuestion(Resource.PROCESSES, 1000), {system.PROCESSES: count})

    assert (found.reason, found.value) == (reason, count)
    assert found.evidence == f"{count} processes; alert at 1000"
