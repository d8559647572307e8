"""`toban discover` against the real snmpd: what this machine's tables suggest (clause N-11)."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.sheet import parse_sheet
from infra.local.command import main
from infra.local.demo.servers.agent import snmpd_program
from tests.integration.configured_agent import HERE, ConfiguredAgent, free_udp_port, sheet_of

pytest.importorskip("pysnmp_mibs", reason="no names of MIBs: install requirements/dev.txt")
pytestmark = pytest.mark.skipif(
    snmpd_program() is None,
    reason="the real SNMP agent is not asked: install the Debian package snmpd",
)


@pytest.fixture(scope="module", params=["3", "2c"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A folder with a sheet of this machine and the secret of its agent, which runs."""
    tmp_path = tmp_path_factory.mktemp("agent")
    text = sheet_of(["agent"], free_udp_port(HERE), request.param)
    server = parse_sheet(text.encode(), "acme.yaml", allow_loopback=True).servers[0]
    agent = ConfiguredAgent(server, tmp_path)
    (tmp_path / "acme.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "secret").write_text(f"{agent.secret(request.param)}\n", encoding="utf-8")
    # snmpd keeps its table of listeners for a minute
    with _listening(tmp_path):
        agent.start()
        yield tmp_path
        agent.stop()


@contextlib.contextmanager
def _listening(folder: Path) -> Iterator[None]:
    """Listen to others at a port that programs take for themselves, here alone, and to others."""
    with (
        socket.create_server(("0.0.0.0", 0)) as far,
        socket.create_server((HERE, 0)) as near,
        socket.create_server(("0.0.0.0", _low_port())) as low,
    ):
        ports = [str(server.getsockname()[1]) for server in (far, near, low)]
        (folder / "ports").write_text(" ".join(ports))
        yield


def discovered(place: Path, capsys: pytest.CaptureFixture[str]) -> str:
    secret = str(place / "secret")
    assert main(["discover", str(place / "acme.yaml"), "--secret", secret]) == 0
    return capsys.readouterr().out


@pytest.mark.clause("N-11")
def test_a_sheet_with_what_was_discovered_has_no_mistake(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = discovered(place, capsys)
    head = (place / "acme.yaml").read_text(encoding="utf-8").partition("    monitors:\n")[0]
    sheet = place / "discovered.yaml"
    sheet.write_text(head + text, encoding="utf-8")

    assert main(["sheet", "check", str(sheet)]) == 0
    for item in ("ping", "disk", "inode", "fs_ro", "proc_snmpd", "cpu"):
        assert f"      - {item}  # " in text


@pytest.mark.clause("N-11")
def test_a_service_that_listens_to_others_is_seen_and_one_of_its_own_is_not(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = discovered(place, capsys)

    ports = [int(line) for line in (place / "ports").read_text().split()]
    assert [f"port: {port}}}" in text for port in ports] == [False, False, True]


def _low_port() -> int:
    """Return a free port below those that programs take for themselves."""
    for port in range(20_000, 32_000):
        with socket.socket() as tried:
            if tried.connect_ex((HERE, port)):
                return port
    raise AssertionError("every port is taken")


@pytest.mark.parametrize("secret", ["wrong", '{"user": "toban"}'])
def test_an_agent_that_does_not_let_us_in_is_told_in_one_sentence(
    secret: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "wrong").write_text(secret, encoding="utf-8")

    assert main(["discover", str(place / "acme.yaml"), "--secret", str(place / "wrong")]) == 2

    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert secret not in said
