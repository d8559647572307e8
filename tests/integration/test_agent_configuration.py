"""The agent's configuration that is made from a sheet, in the real snmpd (clause N-11)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.sheet import parse_sheet
from infra.local.demo.servers.agent import snmpd_program
from probe.probers import AGENT_KINDS
from tests.integration.configured_agent import HERE, ConfiguredAgent, free_udp_port, sheet_of
from toban.catalogue.menu import menu
from toban.domain.check import Kind
from toban.domain.contract import Server
from toban.domain.observation import Observation, Reason, Status

pytestmark = pytest.mark.skipif(
    snmpd_program() is None,
    reason="the real SNMP agent is not asked: install the Debian package snmpd",
)
AGENT_ITEMS = [n for n, each in menu().items() if each.kind in AGENT_KINDS - {Kind.COMMAND}]
ABSENT_HERE = {"raid_hw", "mysql_repl", "mail_queue"}
"""What this machine may not have: their commands then say that they could not look."""


def device() -> str:
    """Return a disk of this machine, "" where it has none."""
    lines = Path("/proc/diskstats").read_text().splitlines()
    return next((line.split()[2] for line in lines if int(line.split()[3])), "")


KEYS = {
    "traffic": "interface: lo, capacity: 1G",
    "proc_custom": "process: snmpd",
    "oid": "oid: 1.3.6.1.6.3.10.2.1.3.0, alert_when: above 1000000000",  # snmpEngineTime
    "diskio": f"device: {device() or 'none'}",
}


def server_of(items: list[str], version: str = "3") -> Server:
    lines = [f"{{item: {item}, {KEYS[item]}}}" if item in KEYS else item for item in items]
    text = sheet_of(lines, free_udp_port(HERE), version)
    return parse_sheet(text.encode(), "acme.yaml", allow_loopback=True).servers[0]


@pytest.fixture(scope="module", params=["3", "2c"])
def agent(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ConfiguredAgent]:
    server = server_of(AGENT_ITEMS, request.param)
    started = ConfiguredAgent(server, tmp_path_factory.mktemp("agent"))
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def seen(agent: ConfiguredAgent) -> dict[str, Observation]:
    checks = [monitor.check for monitor in agent.server.monitors]
    items = [monitor.item for monitor in agent.server.monitors]
    return dict(zip(items, agent.ask(checks).observations, strict=True))


@pytest.mark.clause("N-11")
def test_snmpd_takes_the_file_without_a_word(agent: ConfiguredAgent) -> None:
    assert agent.complaints() == []


def test_snmpd_complains_of_what_it_does_not_know(tmp_path: Path) -> None:
    started = ConfiguredAgent(server_of(["agent"]), tmp_path)
    started.config_file.write_text(f"{started.text}disks /\n", encoding="utf-8")
    started.start()
    started.stop()

    assert any("Unknown token: disks" in line for line in started.complaints())


@pytest.mark.clause("N-11")
@pytest.mark.parametrize("item", AGENT_ITEMS)
def test_the_agent_tells_what_each_item_of_the_menu_reads(
    item: str, seen: dict[str, Observation]
) -> None:
    found = seen[item]

    assert "has no line extend" not in found.evidence
    if found.reason is Reason.NOT_MEASURED:
        first = "first sample" in found.evidence or "CPU ticks" in found.evidence
        unable = item in ABSENT_HERE and "could not look (exit" in found.evidence
        nothing = item == "diskio" and not device()
        assert first or unable or nothing, found.evidence
    else:
        assert found.status in (Status.UP, Status.DOWN), found.evidence


def test_processes_are_counted_by_the_agents_own_proc_lines(
    agent: ConfiguredAgent, seen: dict[str, Observation]
) -> None:
    assert "proc snmpd" in agent.text.splitlines()
    assert (seen["proc_custom"].value or 0) >= 1  # this machine may run others
    assert seen["proc_named"].reason is Reason.NO_PROCESS
    assert "No named process running" in seen["proc_named"].evidence


def test_of_two_names_of_a_program_the_agent_does_not_miss_either(
    seen: dict[str, Observation],
) -> None:
    assert seen["proc_httpd"].evidence.startswith("httpd|apache2: ")
    assert "agent:" not in seen["proc_httpd"].evidence


def test_zombies_and_open_files_are_those_of_the_kernel(seen: dict[str, Observation]) -> None:
    used, _, most = Path("/proc/sys/fs/file-nr").read_text().split()

    assert seen["zombie"].value is not None and seen["zombie"].value < 1000
    assert seen["fd"].value == pytest.approx(100 * int(used) / int(most), abs=2)


def test_the_clock_of_this_machine_is_right(seen: dict[str, Observation]) -> None:
    assert (seen["time_offset"].reason, seen["time_offset"].value) == (Reason.OK, 0)


def test_commands_that_hang_hide_nothing_that_the_agent_knows_by_itself(tmp_path: Path) -> None:
    server = server_of(["agent", "disk", "proc_named", "fs_ro", "zombie", "fd", "mail_queue"])
    agent = ConfiguredAgent(server, tmp_path)
    lines = [f"{line.partition('/bin/sh')[0]}/bin/sleep 9" for line in agent.text.splitlines()
             if line.startswith("extend ")]  # fmt: skip
    text = "\n".join([*agent.text.partition("extend ")[0].splitlines(), *lines])
    agent.config_file.write_text(f"{text}\n", encoding="utf-8")
    agent.start()
    try:
        found = agent.ask([monitor.check for monitor in server.monitors]).observations
    finally:
        agent.stop()

    known, hanging = found[:4], found[4:]
    assert Status.UNKNOWN not in {each.status for each in known}
    assert {each.status for each in hanging} == {Status.UNKNOWN}


@pytest.mark.clause("N-3")
def test_a_file_system_that_became_read_only_is_seen(tmp_path: Path) -> None:
    mount = tmp_path / "data"
    mount.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=64k", "none", mount], check=False)
    if made.returncode:
        pytest.skip("no file system can be mounted here: this needs root")
    text = sheet_of([f"{{item: fs_ro, mount: {mount}}}"], free_udp_port(HERE))
    server = parse_sheet(text.encode(), "acme.yaml", allow_loopback=True).servers[0]
    agent = ConfiguredAgent(server, tmp_path)
    try:
        agent.start()
        [found] = agent.ask([monitor.check for monitor in server.monitors]).observations
        agent.stop()
    finally:
        subprocess.run(["umount", mount], check=True)

    assert (found.status, found.reason) == (Status.DOWN, Reason.READ_ONLY)


def test_nothing_beyond_the_monitoring_can_be_read(agent: ConfiguredAgent) -> None:
    """snmpd's own table of users (SNMP-VIEW-BASED-ACM-MIB, USM) stays closed."""
    import asyncio

    from probe.probers.snmp import open_session

    async def read() -> dict[str, object]:
        secret = agent.secret(agent.version)
        with await open_session(agent.where("", agent.version), secret, 5) as session:
            return await session.column("1.3.6.1.6.3.15.1.2.2.1.3")

    assert asyncio.run(read()) == {}


def test_only_what_the_monitors_read_stands_in_the_file(tmp_path: Path) -> None:
    server = server_of(["agent", "cpu", "mem", "proc_sshd", "proc_phpfpm"])
    started = ConfiguredAgent(server, tmp_path)
    words = {line.split()[0] for line in started.text.splitlines() if line and line[0] != "#"}

    assert words.isdisjoint({"proc", "disk", "load", "extend"})


def test_an_object_that_the_customer_names_can_be_read_and_no_other(
    agent: ConfiguredAgent, seen: dict[str, Observation]
) -> None:
    assert "view toban included .1.3.6.1.6.3.10.2.1.3.0" in agent.text.splitlines()
    assert seen["oid"].status is Status.UP


def test_kinds_that_the_agent_answers_are_all_on_the_menu() -> None:
    assert {Kind.AGENT, Kind.PROCESS, Kind.RESOURCE, Kind.STATE} <= {
        menu()[item].kind for item in AGENT_ITEMS
    }
