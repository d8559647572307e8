"""Objects of the agent that a customer has chosen (M-3), asked of snmpd and the embedded agent."""

from collections.abc import Iterator, Mapping

import pytest

from contract.object_name import OID
from infra.local.demo.servers.agent import (
    AgentServer,
    EmbeddedAgent,
    SnmpdServer,
    free_udp_port,
    snmpd_program,
)
from probe.shard import ShardResult, observe_all
from toban import clock
from toban.domain.check import Agent, Check, Kind
from toban.domain.counters import Counters
from toban.domain.observation import Reason
from toban.domain.own_check import AlertRule, Comparison, OidQuestion

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
UPTIME = "SNMPv2-MIB::sysUpTime.0"
LOAD = "UCD-SNMP-MIB::laLoadInt.1"
MEMORY = "UCD-SNMP-MIB::memTotalReal.0"


@pytest.fixture(scope="module", params=AGENTS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AgentServer]:
    folder = tmp_path_factory.mktemp("objects")
    started: AgentServer = request.param(HERE, free_udp_port(HERE), folder, (), ("/",))
    started.start()
    yield started
    started.stop()


def check(agent: Agent, name: str, comparison: Comparison, operand: str = "") -> Check:
    numbers, shown = OID.parse(name)
    question = OidQuestion(numbers, shown, AlertRule(comparison, operand))
    return Check("acme.web01.own", Kind.OID, HERE, agent=agent, oid=question)


def ask(
    server: AgentServer, asked: Check, before: Mapping[str, Counters] | None = None
) -> ShardResult:
    version = asked.agent.version if asked.agent else "2c"
    return observe_all([asked], before or {}, lambda _: server.secret(version), clock.now)


@pytest.mark.clause("M-3")
@pytest.mark.parametrize("version", ["2c", "3"])
@pytest.mark.parametrize(
    ("comparison", "operand", "reason"),
    [
        (Comparison.ABOVE, "1", Reason.OVER_THRESHOLD),
        (Comparison.BELOW, "1", Reason.OK),
        (Comparison.DIFFERS, "1", Reason.BAD_STATE),
        (Comparison.EQUALS, "1", Reason.OK),
    ],
)
def test_a_figure_of_the_agent_is_held_against_the_rule(
    server: AgentServer, version: str, comparison: Comparison, operand: str, reason: Reason
) -> None:
    agent = server.where("agent-secret", version)

    [seen] = ask(server, check(agent, MEMORY, comparison, operand)).observations

    assert seen.reason is reason
    assert (seen.value or 0) > 10_000
    assert seen.evidence.startswith(f"{MEMORY}: ")


@pytest.mark.clause("M-3")
def test_a_change_is_seen_against_the_check_before_and_is_over_at_the_next(
    server: AgentServer,
) -> None:
    agent = server.where("agent-secret", "2c")
    grows = check(agent, UPTIME, Comparison.CHANGES)
    stays = check(agent, MEMORY, Comparison.CHANGES)

    first = ask(server, stays)
    second = ask(server, stays, first.counters)
    foreign = {"acme.web01": Counters(clock.now(), told={grows.oid.oid: "1"})} if grows.oid else {}
    changed = ask(server, grows, foreign)

    assert first.observations[0].reason is Reason.NOT_MEASURED
    assert second.observations[0].reason is Reason.OK
    assert changed.observations[0].reason is Reason.BAD_STATE
    assert "it was 1" in changed.observations[0].evidence


def test_what_the_agent_does_not_have_is_not_measured(server: AgentServer) -> None:
    agent = server.where("agent-secret", "2c")

    [seen] = ask(server, check(agent, "1.3.6.1.4.1.99999.1.0", Comparison.ABOVE, "1")).observations

    assert seen.reason is Reason.NOT_MEASURED
    assert "the agent has no 1.3.6.1.4.1.99999.1.0" in seen.evidence


def test_a_silent_agent_says_nothing_about_an_own_object(server: AgentServer) -> None:
    silent = Agent(HERE, free_udp_port(HERE), "2c", "agent-secret")

    [seen] = ask(server, check(silent, MEMORY, Comparison.ABOVE, "1")).observations

    assert seen.reason is Reason.AGENT_SILENT
