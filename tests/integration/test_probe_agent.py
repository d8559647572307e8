"""Agent, process and resource monitors: real snmpd, and the embedded agent, asked in v2c and v3."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from infra.local.demo.servers.agent import (
    AgentServer,
    AgentUser,
    EmbeddedAgent,
    SnmpdServer,
    free_udp_port,
    snmpd_program,
)
from probe.shard import ShardResult, observe_all
from toban import clock
from toban.domain.check import Agent, Check, Kind, ProcessQuestion, Resource, ResourceQuestion
from toban.domain.counters import Counters
from toban.domain.observation import Observation, Reason, Status

HERE = "127.0.0.1"
AGENTS = [
    pytest.param(
        SnmpdServer,
        id="snmpd",
        marks=pytest.mark.skipif(
            snmpd_program() is None,
            reason="the real SNMP agent is not asked: install the Debian package snmpd",
        ),
    ),
    pytest.param(EmbeddedAgent, id="embedded"),
]


@pytest.fixture(scope="module", params=AGENTS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AgentServer]:
    folder = tmp_path_factory.mktemp("agent")
    listed = ("no-such-daemon", "snmpd")
    started: AgentServer = request.param(HERE, free_udp_port(HERE), folder, listed, ("/",))
    started.start()
    yield started
    started.stop()


@pytest.fixture(params=["2c", "3"])
def agent(server: AgentServer, request: pytest.FixtureRequest) -> Agent:
    return server.where("agent-secret", request.param)


def ask(
    server: AgentServer,
    *checks: Check,
    counters: Mapping[str, Counters] | None = None,
    secret: str = "",
) -> ShardResult:
    def secrets(_: str) -> str:
        version = checks[0].agent.version if checks[0].agent else "2c"
        return secret or server.secret(version)

    return observe_all(checks, counters or {}, secrets, clock.now)


def asked(server: AgentServer, check: Check, secret: str = "") -> Observation:
    [observation] = ask(server, check, secret=secret).observations
    return observation


def alive(agent: Agent) -> Check:
    return Check("acme.web01.agent", Kind.AGENT, HERE, agent=agent)


def process(agent: Agent, name: str, **more: object) -> Check:
    question = ProcessQuestion(name, **more)  # type: ignore[arg-type]
    return Check("acme.web01.process", Kind.PROCESS, HERE, agent=agent, process=question)


def measure(agent: Agent, of: Resource, threshold: float = 101.0, **more: object) -> Check:
    question = ResourceQuestion(of, threshold, **more)  # type: ignore[arg-type]
    return Check(f"acme.web01.{of}", Kind.RESOURCE, HERE, agent=agent, resource=question)


@pytest.mark.clause("N-3", "N-11")
def test_an_agent_that_answers_is_up(server: AgentServer, agent: Agent) -> None:
    assert asked(server, alive(agent)).status is Status.UP


@pytest.mark.clause("N-3")
def test_a_process_with_a_proc_line_is_counted(server: AgentServer, agent: Agent) -> None:
    running, missing = ask(
        server, process(agent, "snmpd"), process(agent, "no-such-daemon")
    ).observations
    assert running.status is Status.UP and running.value is not None and running.value >= 1
    assert (missing.reason, missing.value) == (Reason.NO_PROCESS, 0)
    assert "No no-such-daemon process running" in missing.evidence


def test_a_process_without_a_proc_line_is_found_in_the_process_table(
    server: AgentServer, agent: Agent
) -> None:
    name = Path("/proc/self/comm").read_text().strip()
    assert asked(server, process(agent, name)).status is Status.UP
    assert asked(server, process(agent, "not-running")).reason is Reason.NO_PROCESS


def test_arguments_select_among_processes(server: AgentServer, agent: Agent) -> None:
    with_configuration = process(agent, "snmpd", arguments=r"snmpd\.conf|embedded_agent")
    assert asked(server, with_configuration).status is Status.UP
    without = process(agent, "snmpd", arguments="--no-such-option")
    assert asked(server, without).reason is Reason.NO_PROCESS


def test_too_many_processes_are_told(server: AgentServer, agent: Agent) -> None:
    observation = asked(server, process(agent, "snmpd", maximum=0))
    assert observation.reason is Reason.TOO_MANY_PROCESSES


@pytest.mark.clause("N-5", "N-9")
@pytest.mark.parametrize(
    ("of", "subject"), [(Resource.LOAD, ""), (Resource.MEMORY, ""), (Resource.DISK, "/")]
)
def test_a_gauge_is_measured_and_judged(
    server: AgentServer, agent: Agent, of: Resource, subject: str
) -> None:
    fine = asked(server, measure(agent, of, 1000, subject=subject))
    over = asked(server, measure(agent, of, 0, subject=subject))
    assert (fine.reason, over.reason) == (Reason.OK, Reason.OVER_THRESHOLD)
    assert fine.value is not None and 0 <= fine.value < 1000


def test_disk_is_what_statvfs_says(server: AgentServer, agent: Agent) -> None:
    observation = asked(server, measure(agent, Resource.DISK, subject="/"))
    space = os.statvfs("/")
    used = space.f_blocks - space.f_bfree
    assert observation.value == pytest.approx(100 * used / (used + space.f_bavail), abs=1)


def earlier(counters: Counters, hundredths: int) -> Counters:
    """The same counters as a sample taken that much earlier: the tests need not wait."""
    assert counters.cpu is not None
    cpu = type(counters.cpu)(
        counters.cpu.uptime - hundredths, tuple(max(0, t - 1) for t in counters.cpu.ticks)
    )
    traffic = {
        name: type(sample)(sample.uptime - hundredths, 0, 0)
        for name, sample in counters.traffic.items()
    }
    return Counters(counters.at, cpu, traffic)


@pytest.mark.clause("N-5", "N-9")
def test_cpu_and_traffic_are_measured_from_the_second_sample_on(
    server: AgentServer, agent: Agent
) -> None:
    checks = (
        measure(agent, Resource.CPU),
        measure(agent, Resource.TRAFFIC, 1e9, subject="lo", capacity=1e9),
    )
    first = _first_counters(server, checks)
    assert {one.reason for one in first.observations} == {Reason.NOT_MEASURED}
    before = {"acme.web01": earlier(first.counters["acme.web01"], 30_000)}
    second = ask(server, *checks, counters=before)
    assert [one.reason for one in second.observations] == [Reason.OK, Reason.OK]
    assert "iowait" in second.observations[0].evidence


def _first_counters(server: AgentServer, checks: tuple[Check, ...]) -> ShardResult:
    """Ask until snmpd has read its CPU ticks: it tells zeros for the first seconds of its life."""
    while True:
        result = ask(server, *checks)
        counters = result.counters.get("acme.web01")
        if counters is not None and counters.cpu is not None:
            return result


def test_a_mount_or_interface_that_is_missing_is_unknown_and_named(
    server: AgentServer, agent: Agent
) -> None:
    mount, interface = ask(
        server,
        measure(agent, Resource.DISK, subject="/no/such/mount"),
        measure(agent, Resource.TRAFFIC, subject="no0"),
    ).observations
    assert mount.reason is interface.reason is Reason.NOT_MEASURED
    assert "/no/such/mount" in mount.evidence
    assert "no0" in interface.evidence and "lo" in interface.evidence


def test_a_wrong_v3_key_is_refused_and_never_down(server: AgentServer) -> None:
    agent = server.where("agent-secret", "3")
    for user in (AgentUser(auth_key="another-key"), AgentUser(name="nobody-knows")):
        checks = (alive(agent), measure(agent, Resource.LOAD), process(agent, "snmpd"))
        for observation in ask(server, *checks, secret=user.secret()).observations:
            assert observation.status is Status.UNKNOWN
            assert observation.reason in {Reason.AGENT_REFUSED, Reason.AGENT_SILENT}


def test_a_wrong_community_leaves_resources_unknown(server: AgentServer) -> None:
    agent = server.where("agent-secret")
    observation = asked(server, measure(agent, Resource.LOAD), secret="wrong")
    assert observation.reason is Reason.AGENT_SILENT


@pytest.mark.parametrize("secret", ["no json", "{}", '{"user": 1}', '["list"]', "7"])
def test_a_secret_that_is_no_v3_user_is_our_fault_and_stays_secret(
    server: AgentServer, secret: str
) -> None:
    observation = asked(server, alive(server.where("agent-secret", "3")), secret=secret)
    assert observation.reason is Reason.SECRET_UNUSABLE


@pytest.mark.parametrize("version", ["2c", "3"])
def test_a_killed_agent_is_down_and_everything_it_told_unknown(
    version: str, tmp_path: Path
) -> None:
    kind = SnmpdServer if snmpd_program() else EmbeddedAgent
    server = kind(HERE, free_udp_port(HERE), tmp_path)
    server.start()
    server.kill()
    agent = server.where("agent-secret", version)
    checks = (alive(agent), measure(agent, Resource.LOAD), process(agent, "nginx"))
    reasons = [one.reason for one in ask(server, *checks).observations]
    assert reasons == [Reason.NO_REPLY, Reason.AGENT_SILENT, Reason.AGENT_SILENT]


@pytest.mark.skipif(
    not Path("/proc/net/if_inet6").is_file() or not Path("/proc/net/if_inet6").read_text(),
    reason="this machine has no IPv6 address",
)
def test_an_agent_is_asked_over_ipv6(tmp_path: Path) -> None:
    server = EmbeddedAgent("::1", free_udp_port("::1"), tmp_path)
    server.start()
    try:
        assert asked(server, alive(server.where("agent-secret"))).status is Status.UP
    finally:
        server.stop()
