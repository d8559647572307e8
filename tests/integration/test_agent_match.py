"""An agent is compared with the configuration that was made for its server, in the real snmpd."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.demo.servers.agent import snmpd_program
from probe.agent_match import match
from tests.integration.configured_agent import ConfiguredAgent
from tests.integration.test_agent_configuration import server_of
from toban.catalogue import agent_lines
from toban.domain.acceptance import AgentMatch
from toban.domain.contract import Server

pytestmark = pytest.mark.skipif(snmpd_program() is None, reason="needs the Debian package snmpd")
ITEMS = ["agent", "disk", "load", "zombie", "fd", "proc_named", "proc_crond", "mem", "oid"]
OWN = "view toban included .1.3.6.1.6.3.10.2.1.3.0"
EXTEND_VIEW = "view toban included .1.3.6.1.4.1.8072.1.3.2"


def compared(folder: Path, edit: Callable[[str], str], version: str = "3") -> AgentMatch | None:
    """Return how an agent with an edited file compares."""
    server = server_of(ITEMS, version)
    agent = ConfiguredAgent(server, folder)
    agent.config_file.write_text(edit(agent.text), encoding="utf-8")
    agent.start()
    try:
        return match(server, agent.where("", version), agent.secret(version))
    finally:
        agent.stop()


def without(*starts: str) -> Callable[[str], str]:
    """Return what leaves out the lines that begin like this."""
    return lambda text: "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith(starts)
    )


def lines_of(server: Server) -> list[str]:
    return [agent_lines.extend_line(item) for item in agent_lines.extended(server.monitors)]


@pytest.mark.clause("N-11", "C-2")
@pytest.mark.parametrize("version", ["3", "2c"])
def test_the_generated_file_matches_itself(tmp_path: Path, version: str) -> None:
    assert compared(tmp_path, str, version) == AgentMatch()


@pytest.mark.clause("N-11", "C-2")
def test_each_line_that_is_missing_is_named(tmp_path: Path) -> None:
    found = compared(tmp_path, without("proc named", "disk ", "extend toban-fd"))

    (fd,) = [line for line in lines_of(server_of(ITEMS)) if line.startswith("extend toban-fd ")]
    assert found == AgentMatch(missing=("proc named", "disk /", fd))
    assert not found.matches


def test_a_command_that_somebody_changed_is_a_line_that_is_otherwise(tmp_path: Path) -> None:
    found = compared(tmp_path, lambda text: text.replace("$1 open", "$1 of them"))

    assert found
    assert [line.split()[1] for line in found.otherwise] == ["toban-fd"]
    assert found.missing == ()


def test_behind_a_view_that_is_closed_nothing_is_claimed(tmp_path: Path) -> None:
    found = compared(tmp_path, without(EXTEND_VIEW))

    assert found == AgentMatch((EXTEND_VIEW,), (), tuple(lines_of(server_of(ITEMS))))


def test_of_an_object_that_is_not_shown_nobody_knows_why(tmp_path: Path) -> None:
    found = compared(tmp_path, without(OWN))

    assert found == AgentMatch(untold=(OWN,))
    assert found.matches


def test_a_silent_agent_is_not_compared() -> None:
    server = server_of(ITEMS)
    assert server.agent
    assert match(server, server.agent, "{}") is None
