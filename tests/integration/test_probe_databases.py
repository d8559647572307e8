"""MySQL and PostgreSQL: real servers, and scripted ones for what they cannot be made to do."""

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from probe.probers.postgresql import SSL_REQUEST
from tests.integration.daemons import free_port, program, running, snakeoil, written
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

NEEDS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can start the real database as its own user"
)
POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def asked(item: str, script: Script, seconds: float = PATIENCE_SECONDS) -> Observation:
    with listening(script) as port:
        return observe(menu_check(item, port, seconds=seconds))


def own_address() -> str:
    """Return an address of this machine that is not its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        route.connect(("192.0.2.1", 9))  # nothing is sent
        return str(route.getsockname()[0])


def sql(folder: Path, words: str) -> str:
    command = ["mariadb", "--no-defaults", f"--socket={folder}/s", "-N", "-e", words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextlib.contextmanager
def mariadb(folder: Path, *options: str) -> Iterator[int]:
    server, port, data = program("mariadbd", "mariadb-server"), free_port(), folder / "data"
    written(folder, "nothing", "")
    data.mkdir()
    shutil.chown(data, "mysql")
    shutil.chown(folder, "mysql")
    install = ["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={data}"]
    done = subprocess.run([*install, "--skip-test-db"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    own = ["--no-defaults", "--user=mysql", f"--datadir={data}", f"--socket={folder}/s"]
    more = [f"--port={port}", "--bind-address=0.0.0.0", "--innodb-buffer-pool-size=8M"]
    with running([server, *own, *more, *options], port, folder):
        sql(folder, "CREATE USER app@'%'")  # or nobody is let in from another machine
        yield port


@NEEDS_ROOT
@pytest.mark.clause("N-3")
def test_a_real_mariadb_is_up_and_does_not_block_us_however_often_it_is_asked(
    tmp_path: Path,
) -> None:
    """Its own machine is exempt from blocking, so it is asked at another address."""
    with mariadb(tmp_path, "--max-connect-errors=2") as port:
        check = replace(menu_check("mysql", port), address=own_address())
        first = observe(check)
        for _ in range(5):
            assert observe(check).status is Status.UP
        sql(tmp_path, "CREATE USER toban@'%'")
        let_in = observe(check)
        sql(tmp_path, "SET GLOBAL max_connections = 10")
        with crowd_of_logins(port):
            crowded = observe(check)

    assert "MariaDB" in first.evidence
    assert let_in.status is Status.UP and "error" not in let_in.evidence
    assert (crowded.reason, "1040" in crowded.evidence) == (Reason.BAD_ANSWER, True)


@contextlib.contextmanager
def crowd_of_logins(port: int) -> Iterator[None]:
    """Hold connections open until the server says that there are too many (error 1040)."""
    with contextlib.ExitStack() as clients:
        answer = b""
        while b"Too many connections" not in answer:
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), 5))
            answer = client.recv(200)
        yield


@NEEDS_ROOT
def test_a_mariadb_that_blocks_the_prober_is_unknown(tmp_path: Path) -> None:
    with mariadb(tmp_path, "--max-connect-errors=1") as port:
        check = replace(menu_check("mysql", port), address=own_address())
        for _ in range(3):
            with socket.create_connection((check.address, port), 5) as rude:
                rude.recv(200)
        seen = observe(check)

    assert (seen.reason, "1129" in seen.evidence) == (Reason.NOT_MEASURED, True)


def packet(payload: bytes, number: int = 0) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes([number]) + payload


GREETING = packet(b"\x0a8.0.36\0" + bytes(60))


def error(code: int, words: str, number: int = 0) -> bytes:
    return packet(b"\xff" + code.to_bytes(2, "little") + words.encode(), number)


def deciding(*decisions: bytes) -> Script:
    """Greet, then answer each packet of the client with the next decision."""

    def script(connection: socket.socket) -> None:
        connection.sendall(GREETING)
        for decision in decisions:
            connection.recv(4096)
            connection.sendall(decision)
        silent(connection)

    return script


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (deciding(error(1045, "#28000Access denied for user 'toban'", 2)), "error 1045: Access"),
        (deciding(packet(b"\0\0\0\2\0\0\0", 2)), "8.0.36"),
        (
            deciding(
                packet(b"\xfecaching_sha2_password\0" + bytes(20), 2),
                error(1045, "#28000Access denied", 4),
            ),
            "error 1045",
        ),
        (says(error(1130, "Host '192.0.2.9' is not allowed to connect")), "error 1130"),
        (deciding(error(3159, "Connections using insecure transport are prohibited")), "3159"),
    ],
)
def test_a_mysql_that_decides_about_a_login_is_up(script: Script, told: str) -> None:
    seen = asked("mysql", script)

    assert (seen.status, told in seen.evidence) == (Status.UP, True)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (says(error(1040, "Too many connections")), Reason.BAD_ANSWER),
        (deciding(error(1040, "Too many connections", 2)), Reason.BAD_ANSWER),
        (deciding(error(1053, "Server shutdown in progress", 2)), Reason.BAD_ANSWER),
        (says(error(1129, "Host '192.0.2.9' is blocked")), Reason.NOT_MEASURED),
        (says(packet(b"\x09ancient\0")), Reason.BAD_ANSWER),
        (says(b"SSH-2.0-OpenSSH\r\n"), Reason.BAD_ANSWER),
        (says(bytes(4)), Reason.BAD_ANSWER),
        (says(b"\xff\xff\xff\0" + b"x" * 100_000), Reason.BAD_ANSWER),
        (lambda connection: connection.shutdown(socket.SHUT_WR), Reason.BAD_ANSWER),
        (silent, Reason.TIMEOUT),
        (says(GREETING[:20]), Reason.TIMEOUT),
        (says(GREETING), Reason.TIMEOUT),
        (resets, Reason.RESET),
    ],
)
def test_any_other_mysql_is_told_for_what_it_is(script: Script, reason: Reason) -> None:
    seconds = 0.4 if reason is Reason.TIMEOUT else PATIENCE_SECONDS
    assert asked("mysql", script, seconds).reason is reason


@NEEDS_ROOT
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
    assert asked("postgresql", script, seconds).reason is reason


def test_postgresql_is_asked_for_tls_and_nothing_else() -> None:
    heard: list[bytes] = []

    def script(connection: socket.socket) -> None:
        heard.append(connection.recv(100))
        connection.sendall(b"N")

    asked("postgresql", script)

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

    assert asked("postgresql", script).status is Status.UP
    assert until(lambda: bool(versions))
