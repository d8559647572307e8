"""SSH that has failed at one address of a server, and a host seen from outside only."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.demo.servers.ssh import real_sshd
from respond import outside
from respond.course import RepairAttempt
from respond.repair import repair
from tests.integration.peers import HERE, deaf, free_port
from tests.integration.respond_site.machine import Machine, own_folder
from tests.integration.respond_site.services import words
from tests.integration.respond_site.site import KEY, NOON, secret
from tests.loopback import loopback
from toban.domain.check import Check, Kind
from toban.domain.contract import Family, Monitor, Server
from toban.domain.plan import Plan
from toban.domain.repair import HoldReason, RepairOutcome, StepName

needs_sshd = pytest.mark.skipif(not real_sshd(), reason="needs root and openssh-server")
FAILED, LEFT = loopback(67), loopback(68)


@pytest.fixture
def machine() -> Iterator[Machine]:
    with own_folder() as folder:
        made = Machine(folder / "machine", (FAILED, LEFT))
        config = _sshd(folder, made)
        program = f"{real_sshd()} -f {config}"
        made.add("ssh", f"{program} -D -e", {"sshd": program})
        yield made
        made.close()


def _sshd(folder: Path, machine: Machine) -> Path:
    """Write the configuration of the failed sshd: same keys, same port, the other address."""
    own = folder / "machine" / "ssh"
    config = folder / "sshd_config"
    config.write_text(
        f"ListenAddress {FAILED}:{machine.ssh.port}\nHostKey {own}/host_key\nUsePAM no\n"
        f"AuthorizedKeysFile {own}/authorized_keys\nPidFile none\nStrictModes no\n"
        "PermitRootLogin prohibit-password\nPasswordAuthentication no\n",
        encoding="utf-8",
    )
    return config


def server(machine: Machine) -> Server:
    access = replace(machine.access, address=FAILED)
    return replace(machine.server(_ssh(machine.ssh.port)), access=access)


def _ssh(port: int) -> Monitor:
    check = Check("acme.web01.ssh", Kind.TCP, FAILED, port)
    return Monitor(check.monitor_id, "ssh", Family.PORT, "", "", 20, check, "rb_ssh", "sshd")


def repaired(server: Server) -> RepairAttempt:
    return repair(server, server.monitors[0], secret, lambda _: HoldReason.NONE, lambda: NOON)


@needs_sshd
@pytest.mark.clause("P-1")
@pytest.mark.clause("C-1")
def test_sshd_is_started_through_another_address_and_lets_us_in_again(machine: Machine) -> None:
    attempt = repaired(server(machine))

    assert attempt.report.outcome is RepairOutcome.ACTED
    assert f"{LEFT} port {machine.ssh.port} accepts" in words(attempt, StepName.LOOK_OUTSIDE)
    assert f"at {LEFT}" in words(attempt, StepName.ENTER_ELSEWHERE)
    assert attempt.report.steps[-1].name is StepName.CONFIRM_LOGIN
    assert [step for step in attempt.report.steps if not step.passed] == []
    assert machine.changes("ssh") == ["start"]


@needs_sshd
@pytest.mark.clause("P-10")
def test_an_error_in_the_configuration_of_sshd_starts_nothing(machine: Machine) -> None:
    config = machine.folder.parent / "sshd_config"
    config.write_text(config.read_text(encoding="utf-8") + "PermitRotLogin no\n", encoding="utf-8")

    attempt = repaired(server(machine))

    assert attempt.report.hold is HoldReason.CONFIG_ERROR
    assert "PermitRotLogin" in words(attempt, StepName.TEST_CONFIG)
    assert machine.changes("ssh") == []


@needs_sshd
@pytest.mark.clause("P-10")
def test_an_sshd_that_answers_on_the_server_is_left_alone(machine: Machine) -> None:
    machine.run("ssh", FAILED, machine.ssh.port)

    assert repaired(server(machine)).report.hold is HoldReason.ANSWERS_LOCALLY
    assert machine.changes("ssh") == []


@needs_sshd
@pytest.mark.clause("P-3")
def test_without_another_way_in_it_is_told_what_lives_and_people_are_called(
    machine: Machine,
) -> None:
    only = replace(server(machine), addresses=(FAILED,))
    with socket.create_server((FAILED, 0)) as listening:
        port = int(listening.getsockname()[1])
        check = Check("acme.web01.http", Kind.TCP, FAILED, port)
        web = Monitor(check.monitor_id, "http", Family.PORT, "", "", 70, check)
        attempt = repaired(replace(only, monitors=(*only.monitors, web)))

    assert (attempt.report.hold, attempt.report.changed) == (HoldReason.LOGIN_FAILED, False)
    assert f"{FAILED} port {port} accepts" in words(attempt, StepName.LOOK_OUTSIDE)
    assert "refused" in words(attempt, StepName.ENTER_ELSEWHERE)


@needs_sshd
def test_a_host_key_that_has_changed_ends_it_before_any_other_way_is_tried(
    machine: Machine,
) -> None:
    other = replace(server(machine).access or machine.access, host_keys=(KEY.public,))
    machine.run("ssh", FAILED, machine.ssh.port)

    attempt = repaired(replace(server(machine), access=other))

    assert attempt.report.hold is HoldReason.HOST_KEY_CHANGED


def _host(*ports: int) -> Server:
    """A server that is watched by ping and at ports of this machine."""
    check = Check("acme.web01.ping", Kind.ALIVE, HERE)
    ping = Monitor(check.monitor_id, "ping", Family.PORT, "", "", 10, check, "rb_host")
    asked = [Check(f"acme.web01.tcp-{port}", Kind.TCP, HERE, port) for port in ports]
    others = [Monitor(c.monitor_id, "tcp", Family.PORT, "", "", 92, c) for c in asked]
    return Server("acme.web01", Plan.RESPOND, (HERE,), (ping, *others))


@pytest.fixture
def _own_ports_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_PORTS", ())
    monkeypatch.setattr(outside, "_SECONDS", 0.5)


@pytest.mark.clause("P-3")
@pytest.mark.usefixtures("_own_ports_only")
def test_a_host_of_which_one_port_answers_is_not_called_down() -> None:
    refusing = free_port()
    with deaf() as silent:
        attempt = repaired(_host(silent, refusing))

    assert attempt.report.hold is HoldReason.ANSWERS_ELSEWHERE
    assert words(attempt, StepName.LOOK_OUTSIDE) == (
        f"{HERE} port {refusing} refuses\n{HERE} port {silent} silent"
    )


@pytest.mark.clause("P-3")
@pytest.mark.usefixtures("_own_ports_only")
def test_a_silent_host_is_reported_and_nothing_is_done_to_it() -> None:
    with deaf() as silent:
        attempt = repaired(_host(silent))

    assert (attempt.report.hold, attempt.report.changed) == (HoldReason.HOST_SILENT, False)
    assert "0 of 1 ports answer" in words(attempt, StepName.JUDGE_REACH)
