"""MySQL and MariaDB: a real server, and scripted ones for what it cannot be made to do."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.daemons import free_port, program, running, written
from tests.integration.menu_checks import menu_check
from tests.integration.peers import (
    PATIENCE_SECONDS,
    Script,
    listening,
    observe,
    resets,
    says,
    silent,
)
from toban.domain.observation import Observation, Reason, Status

NEEDS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can start the real MariaDB as its own user"
)


def asked(script: Script, seconds: float = PATIENCE_SECONDS) -> Observation:
    with listening(script) as port:
        return observe(menu_check("mysql", port, seconds=seconds))


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
    seen = asked(script)

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
    assert asked(script, seconds).reason is reason
