"""What the real snmpd tells of inodes, swap, processes and busy disks."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.demo.servers.agent import SnmpdServer, free_udp_port, snmpd_program
from probe.shard import observe_all
from toban import clock
from toban.domain.check import Check, Kind, Resource, ResourceQuestion
from toban.domain.observation import Observation, Reason, Status

HERE = "127.0.0.1"
pytestmark = pytest.mark.skipif(
    snmpd_program() is None,
    reason="the real SNMP agent is not asked: install the Debian package snmpd",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnmpdServer]:
    started = SnmpdServer(HERE, free_udp_port(HERE), tmp_path_factory.mktemp("agent"))
    started.start()
    yield started
    started.stop()


def asked(server: SnmpdServer, of: Resource, threshold: float, subject: str = "") -> Observation:
    question = ResourceQuestion(of, threshold, subject)
    agent = server.where("agent-secret")
    check = Check("acme.web01.x", Kind.RESOURCE, HERE, agent=agent, resource=question)
    [seen] = observe_all([check], {}, lambda _: server.secret(), clock.now).observations
    return seen


@pytest.mark.clause("N-3")
def test_inodes_are_what_statvfs_says(server: SnmpdServer) -> None:
    seen = asked(server, Resource.INODE, 101, "/")
    space = os.statvfs("/")
    used = 100 * (space.f_files - space.f_ffree) / max(1, space.f_files)

    assert seen.value == pytest.approx(used, abs=1.1)


@pytest.mark.clause("N-3")
def test_swap_is_what_the_kernel_says(server: SnmpdServer) -> None:
    lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    total, free = (int(lines[name].split()[0]) for name in ("SwapTotal", "SwapFree"))

    seen = asked(server, Resource.SWAP, 101)

    assert seen.status is Status.UP
    assert seen.value == pytest.approx(100 * (total - free) / max(1, total), abs=1)


def test_processes_are_about_as_many_as_there_are(server: SnmpdServer) -> None:
    running = sum(entry.name.isdigit() for entry in Path("/proc").iterdir())

    seen = asked(server, Resource.PROCESSES, 100_000)

    assert seen.value == pytest.approx(running, rel=0.5, abs=10)
    assert asked(server, Resource.PROCESSES, 1).reason is Reason.OVER_THRESHOLD


def test_a_device_is_told_with_its_figure_or_the_devices_that_there_are(
    server: SnmpdServer,
) -> None:
    missing = asked(server, Resource.DISK_BUSY, 95, "no-such-device")
    devices = [word.strip(" ,") for word in missing.evidence.partition("has: ")[2].split(", ")]

    assert missing.reason is Reason.NOT_MEASURED
    for device in devices[:1]:
        seen = asked(server, Resource.DISK_BUSY, 95, device)
        assert device == "none" or (seen.value is not None and 0 <= seen.value <= 100)
