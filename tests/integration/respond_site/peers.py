"""Whom the shell meets: SSH servers of both kinds, and what is no SSH server at all."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local.demo.servers.ssh import (
    EmbeddedSshServer,
    RealSshServer,
    SshServer,
    generate_key,
    real_sshd,
)
from respond.login import ShellError
from respond.shell import Shell
from tests.loopback import loopback
from toban.domain.contract import Access
from toban.domain.runbook import EntryFailure

KEY = generate_key()
ADDRESS = loopback(62)
KINDS = ["embedded", *(["real"] if real_sshd() else [])]
needs_sshd = pytest.mark.skipif(not real_sshd(), reason="needs root and openssh-server")


@contextmanager
def open_server(
    kind: str, folder: Path, authorized: Sequence[str] = (KEY.public,)
) -> Iterator[SshServer]:
    if kind == "real":
        with RealSshServer(folder, ADDRESS, authorized) as real:
            yield real
    else:
        with EmbeddedSshServer(ADDRESS, authorized) as embedded:
            yield embedded


def shell(server: SshServer, key: str = KEY.private) -> Shell:
    return Shell.connect(server.access("root", "k"), key)


def failure(access: Access, key: str = KEY.private, seconds: float = 10.0) -> EntryFailure:
    with pytest.raises(ShellError) as caught:
        Shell.connect(access, key, seconds)
    return caught.value.failure


def openssh(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )


@contextmanager
def listener(greeting: bytes) -> Iterator[int]:
    """Say something to the first caller and keep the line open."""
    held: list[socket.socket] = []
    with socket.create_server((ADDRESS, 0)) as listening:

        def greet() -> None:
            connection, _ = listening.accept()
            held.append(connection)
            connection.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join()
    for connection in held:
        connection.close()
