"""What the sampler takes of an agent that is a dictionary: the outer interfaces, the mounts, no
lies.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import cast

import pytest

from probe.probers import storage, system
from probe.probers.facts import AgentFacts
from probe.probers.resource import (
    CPU_COUNT,
    CPU_TICKS,
    HOST_UPTIME,
    IF_NAME,
    IF_RECEIVED,
    IF_SENT,
    PROCESSOR_LOAD,
    Samples,
)
from probe.probers.sampler import Sampler, samplers_of
from probe.probers.snmp import AgentSession
from tests.unit.dictionary_agent import Objects
from toban.domain.check import Agent, Check, Kind, Resource, ResourceQuestion
from toban.domain.counters import Counters, CpuSample, TrafficSample
from toban.domain.metrics import Sample

pytestmark = pytest.mark.clause("N-9")
AGENT = Agent("192.0.2.10", secret="/toban/acme/community")
THEN = datetime(2026, 11, 23, 9, 55, tzinfo=UTC)
UP = 1_000_000


class DictionarySession:
    """Answers as an agent's session does, and counts what was asked."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.asked: list[str] = []

    async def get(self, oids: Iterable[str]) -> dict[str, object]:
        wanted = list(oids)
        self.asked += wanted
        return {oid: self.objects[oid] for oid in wanted if oid in self.objects}

    async def column(self, oid: str) -> dict[str, object]:
        self.asked.append(oid)
        start = f"{oid}."
        return {
            each.removeprefix(start): value
            for each, value in self.objects.items()
            if each.startswith(start)
        }


def check(resource: Resource, subject: str = "") -> Check:
    question = ResourceQuestion(resource, 90, subject)
    return Check(
        f"acme.web01.{resource}", Kind.RESOURCE, "192.0.2.10", agent=AGENT, resource=question
    )


def taken(
    objects: Objects, *checks: Check, before: Counters | None = None, samples: Samples | None = None
) -> Sample:
    sampler = Sampler(checks, before)
    session = cast("AgentSession", DictionarySession({HOST_UPTIME: UP, **objects}))
    asyncio.run(sampler.ask(session, AgentFacts(), samples or Samples(before)))
    assert sampler.sample
    return sampler.sample


def interfaces(*names: str, octets: int = 1_000) -> Objects:
    found: Objects = {}
    for index, name in enumerate(names, 1):
        found |= {f"{IF_NAME}.{index}": name.encode()}
        found |= {f"{IF_RECEIVED}.{index}": octets, f"{IF_SENT}.{index}": octets}
    return found


def disk(row: int, path: bytes, used: int, available: int) -> Objects:
    return {
        f"{storage.DISK_PATH}.{row}": path,
        f"{storage.DISK_USED}.{row}": used,
        f"{storage.DISK_AVAILABLE}.{row}": available,
        f"{system.DISK_INODES}.{row}": 7,
    }


def test_interfaces_inside_the_machine_are_left_out_unless_they_are_monitored() -> None:
    told = interfaces("lo", "eth0", "veth1a2b", "docker0", "ens5", "br-77")

    assert taken(told).layout.interfaces == ("eth0", "ens5")
    watched = taken(told, check(Resource.TRAFFIC, "docker0"))
    assert watched.layout.interfaces == ("docker0", "eth0", "ens5")


def test_there_are_bounds_to_what_an_agent_can_have_us_store() -> None:
    names = ["eth\x07", "e" * 41, *(f"eth{n}" for n in range(50))]
    told = interfaces(*names)
    for row in range(50):
        told |= disk(row, b"/data%d" % row, 1, 1)

    layout = taken(told).layout

    assert layout.interfaces == ("eth0", "eth1", "eth2", "eth3")
    assert len(layout.mounts) == 6


def test_a_disk_is_told_as_df_tells_it() -> None:
    sample = taken(disk(1, b"/var", used=30, available=70))

    assert sample.values["disk.space:/var"] == 30.0
    assert sample.values["disk.inodes:/var"] == 7.0


def test_a_monitored_mount_without_a_disk_line_is_found_in_the_storage_table() -> None:
    told: Objects = {
        f"{storage.STORAGE_NAME}.31": b"/srv",
        f"{storage.STORAGE_SIZE}.31": 1_000,
        f"{storage.STORAGE_USED}.31": 250,
    }

    assert taken(told, check(Resource.DISK, "/srv")).values["disk.space:/srv"] == 25.0
    assert taken(told).layout.mounts == ()


def test_impossible_sizes_are_not_kept() -> None:
    assert "disk.space:/" not in taken(disk(1, b"/", used=0, available=0)).values


def test_cores_are_counted_where_the_agent_tells_no_number() -> None:
    told: Objects = {f"{PROCESSOR_LOAD}.{core}": 5 for core in range(3)}

    assert taken(told).values["load.cores"] == 3.0
    assert taken({CPU_COUNT: 8}).values["load.cores"] == 8.0


def counters(uptime: int, octets: int) -> Counters:
    return Counters(
        THEN, CpuSample(uptime, (0,) * 8), {"eth0": TrafficSample(uptime, octets, octets)}
    )


@pytest.mark.parametrize(
    ("uptime", "octets", "why"),
    [
        (UP + 500, 0, "the server was restarted"),
        (UP - 60_000, 0, "a round was lost"),
        (UP - 20, 0, "the round is repeated"),
        (UP - 30_000, 5_000, "the counter was set back"),
    ],
)
def test_what_is_no_traffic_is_a_gap(uptime: int, octets: int, why: str) -> None:
    sample = taken(interfaces("eth0"), before=counters(uptime, octets))

    assert "traffic.received:eth0" not in sample.values, why


def test_five_minutes_of_octets_are_bits_per_second_and_the_counters_are_kept() -> None:
    samples = Samples(counters(UP - 30_000, 1_000))
    told = {**interfaces("eth0", octets=301_000), **dict.fromkeys(CPU_TICKS, 10)}
    sample = taken(told, before=samples.previous, samples=samples)

    assert sample.values["traffic.sent:eth0"] == 8_000.0
    assert sample.values["cpu.busy"] == pytest.approx(87.5)
    assert samples.traffic["eth0"] == TrafficSample(UP, 301_000, 301_000)


def test_only_servers_with_resource_monitors_are_sampled() -> None:
    alive = Check("acme.db01.agent", Kind.AGENT, "192.0.2.11", agent=AGENT)

    assert list(samplers_of([alive, check(Resource.LOAD)], {})) == [("acme.web01", AGENT)]
