"""Commands over SSH on servers that behave, misbehave or break off."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.demo.servers.ssh import (
    RealSshServer,
    SshServer,
)
from respond.login import ShellError
from respond.shell import wrap
from tests.integration.respond_site.peers import ADDRESS, KEY, KINDS, needs_sshd, open_server, shell
from toban.domain.runbook import EntryFailure


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SshServer]:
    with open_server(request.param, tmp_path) as opened:
        yield opened


def test_a_command_gives_its_output_and_its_exit_status(server: SshServer) -> None:
    with shell(server) as opened:
        result = opened.run("echo out; echo err >&2; exit 3", 10, 1000)

    assert (result.exit_status, sorted(result.output.split())) == (3, ["err", "out"])
    assert not result.truncated


def test_input_reaches_the_command_and_ends(server: SshServer) -> None:
    with shell(server) as opened:
        assert opened.run("cat", 10, 1000, stdin="hello").output == "hello"
        assert opened.run("cat", 10, 1000).output == ""


def test_a_server_that_prints_for_ever_is_cut_off(server: SshServer) -> None:
    with shell(server) as opened:
        result = opened.run("yes", 30, 10_000)

        assert (result.exit_status, result.truncated) == (None, True)
        assert len(result.output) == 9_999  # 10,000 bytes without the last line feed
        assert opened.run("echo next", 10, 100).output == "next"


def test_a_command_that_hangs_is_given_up_at_its_time(server: SshServer) -> None:
    with shell(server) as opened:
        result = opened.run("echo first; sleep 60", 2.0, 1000)

        assert (result.exit_status, result.output) == (None, "first")
        assert opened.run("echo next", 10, 100).output == "next"


def test_a_daemon_that_keeps_the_output_open_does_not_hold_us(server: SshServer) -> None:
    with shell(server) as opened:
        assert opened.run("sleep 30 & echo started", 20, 1000).output == "started"


def test_garbage_terminal_codes_and_secrets_do_not_come_through(server: SshServer) -> None:
    hostile = r"printf '\033[31mred\033[0m \377\376\000 \033]0;title\007 password=hunter2\r\n'"
    with shell(server) as opened:
        output = opened.run(hostile, 10, 1000).output

    assert output == "red \ufffd\ufffd  password=[redacted]"


def test_variables_are_never_read_as_commands(server: SshServer) -> None:
    with shell(server) as opened:
        result = opened.run(wrap('echo "$UNIT"', {"UNIT": "a'b; $(echo x) `id`"}, 5), 10, 1000)

    assert result.output == "a'b; $(echo x) `id`"


def test_nothing_is_run_past_the_deadline(server: SshServer) -> None:
    with shell(server) as opened, pytest.raises(ShellError) as caught:
        opened.until(0.0).run("echo late", 10, 100)

    assert caught.value.failure is EntryFailure.TIMEOUT


@needs_sshd
def test_a_connection_that_breaks_is_told(tmp_path: Path) -> None:
    with RealSshServer(tmp_path, ADDRESS, [KEY.public]) as server, shell(server) as opened:
        with pytest.raises(ShellError) as caught:
            opened.run("kill -9 $PPID", 10, 100)

        assert caught.value.failure is EntryFailure.DROPPED
