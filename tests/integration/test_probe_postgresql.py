"""PostgreSQL: a real server, and scripted ones for what it cannot be made to do."""

import os
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from probe.probers.postgresql import SSL_REQUEST
from tests.integration.daemons import free_port, running, snakeoil, written
from tests.integration.menu_checks import menu_check
from tests.integration.peers import (
    PATIENCE_SECONDS,
    Script,
    listening,
    observe,
    resets,
    says,
    silent,
    until,
)
from toban.domain.observation import Observation, Reason, Status

POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def asked(script: Script, seconds: float = PATIENCE_SECONDS) -> Observation:
    with listening(script) as port:
        return observe(menu_check("postgresql", port, seconds=seconds))


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can start the real database as its own user"
)
@pytest.mark.clause("N-3")
@pytest.mark.parametrize("tls", [False, True])
def test_a_real_postgresql_is_up_and_its_log_does_not_complain(tls: bool, tmp_path: Path) -> None:
    if not POSTGRESQL:
        pytest.skip("the real PostgreSQL is not asked: install the Debian package postgresql")
    data, port, tools = tmp_path / "data", free_port(), POSTGRESQL[-1].parent
    written(tmp_path, "nothing", "")
    data.mkdir()
    certificate, key = snakeoil(tmp_path)
    for path in (tmp_path, data, key):
        shutil.chown(path, "postgres")
    key.chmod(0o600)
    init = [str(tools / "initdb"), "-D", str(data), "-A", "trust", "--no-sync"]
    subprocess.run(init, check=True, capture_output=True, user="postgres", cwd=tmp_path)
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(tmp_path)}
    options |= {"dynamic_shared_memory_type": "mmap"}  # /dev/shm is measured by other tests
    if tls:
        options |= {"ssl": "on", "ssl_cert_file": str(certificate), "ssl_key_file": str(key)}
    more = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    command = [str(tools / "postgres"), "-D", str(data), "-p", str(port), *more]
    with running(command, port, tmp_path, user="postgres"):
        seen = observe(menu_check("postgresql", port))
    log = (tmp_path / "daemon.log").read_text()

    assert seen.evidence == f"answers, with{'out' * (not tls)} TLS"
    assert "startup packet" not in log and "could not accept" not in log


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (says(b"N"), Reason.OK),
        (says(b"S"), Reason.OK),
        (says(b"E could not fork new process for connection"), Reason.BAD_ANSWER),
        (says(b"HTTP/1.1 400\r\n"), Reason.BAD_ANSWER),
        (says(b"x" * 1_000_000), Reason.BAD_ANSWER),
        (lambda connection: connection.shutdown(socket.SHUT_WR), Reason.BAD_ANSWER),
        (silent, Reason.TIMEOUT),
        (resets, Reason.RESET),
    ],
)
def test_a_postgresql_is_judged_by_its_first_byte(script: Script, reason: Reason) -> None:
    seconds = 0.4 if reason is Reason.TIMEOUT else PATIENCE_SECONDS
    assert asked(script, seconds).reason is reason


def test_postgresql_is_asked_for_tls_and_nothing_else() -> None:
    heard: list[bytes] = []

    def script(connection: socket.socket) -> None:
        heard.append(connection.recv(100))
        connection.sendall(b"N")

    asked(script)

    assert heard == [SSL_REQUEST] == [bytes.fromhex("0000000804d2162f")]


def test_a_postgresql_that_agrees_to_tls_is_spared_a_broken_handshake(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*snakeoil(tmp_path))
    context.num_tickets = 0  # the last word of the handshake is ours, who then hang up
    versions: list[str | None] = []

    def script(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"S")
        with context.wrap_socket(connection, server_side=True) as secured:
            versions.append(secured.version())

    assert asked(script).status is Status.UP
    assert until(lambda: bool(versions))
