"""Who gets in and who does not, and that a wrong server sees nothing of us."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from infra.local.demo.servers.ssh import (
    EmbeddedSshServer,
    RealSshServer,
    SshServer,
    generate_key,
)
from respond.login import HostKeyChangedError, ShellError
from respond.shell import Shell
from tests.integration.respond_site.peers import (
    ADDRESS,
    KEY,
    KINDS,
    failure,
    listener,
    needs_sshd,
    open_server,
    openssh,
    shell,
)
from toban.domain.contract import Access
from toban.domain.runbook import EntryFailure


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SshServer]:
    with open_server(request.param, tmp_path) as opened:
        yield opened


def test_a_changed_host_key_is_refused_and_no_command_reaches_the_server() -> None:
    with EmbeddedSshServer(ADDRESS, [KEY.public]) as server:
        pinned = replace(server.access("root", "k"), host_keys=(generate_key().public,))

        with pytest.raises(HostKeyChangedError) as caught:
            Shell.connect(pinned, KEY.private)

        assert "ssh-ed25519 SHA256:" in str(caught.value)
        assert (server.commands, server.logins) == ([], [])


@needs_sshd
def test_sshd_sees_no_login_when_its_host_key_is_not_the_pinned_one(tmp_path: Path) -> None:
    with RealSshServer(tmp_path, ADDRESS, [KEY.public]) as server:
        pinned = replace(server.access("root", "k"), host_keys=(generate_key().public,))

        assert failure(pinned) is EntryFailure.HOST_KEY_CHANGED
    assert "Accepted publickey" not in (tmp_path / "sshd.log").read_text(encoding="utf-8")


@needs_sshd
def test_of_several_host_keys_the_pinned_type_is_asked_for(tmp_path: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "ecdsa_key"
    path.touch(mode=0o600)
    path.write_bytes(openssh(other))
    public = other.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    with RealSshServer(tmp_path, ADDRESS, [KEY.public], options=[f"HostKey {path}"]) as server:
        pinned = replace(server.access("root", "k"), host_keys=(public.decode(),))

        with Shell.connect(pinned, KEY.private) as opened:
            assert opened.run("echo in", 10, 100).output == "in"


def test_a_server_without_a_key_of_the_pinned_type_counts_as_changed(server: SshServer) -> None:
    rsa_key = rsa.generate_private_key(65537, 2048).public_key()
    line = rsa_key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    pinned = replace(server.access("root", "k"), host_keys=(line.decode(),))

    assert failure(pinned) is EntryFailure.HOST_KEY_CHANGED


def test_without_a_pinned_host_key_nobody_is_trusted(server: SshServer) -> None:
    for host_keys in ((), ("",), ("ssh-ed25519 not-base64!",)):
        access = replace(server.access("root", "k"), host_keys=host_keys)
        assert failure(access) is EntryFailure.NO_ACCESS


def test_a_wrong_key_is_refused(server: SshServer) -> None:
    access = server.access("root", "k")

    assert failure(access, generate_key().private) is EntryFailure.LOGIN_REFUSED


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
def test_a_key_that_cannot_be_read_is_told_apart_and_not_quoted(
    server: SshServer, text: str
) -> None:
    with pytest.raises(ShellError) as caught:
        shell(server, text)

    assert caught.value.failure is EntryFailure.KEY_UNUSABLE
    assert "AAAA" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("form", ["rsa-openssh", "rsa-pem", "rsa-pkcs8", "ecdsa-pkcs8"])
@pytest.mark.parametrize("kind", KINDS)
def test_keys_of_every_kind_open_the_door(kind: str, form: str, tmp_path: Path) -> None:
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if form.startswith("rsa"):
        private = rsa.generate_private_key(65537, 2048)
    else:
        private = ec.generate_private_key(ec.SECP384R1())
    forms = {
        "openssh": serialization.PrivateFormat.OpenSSH,
        "pem": serialization.PrivateFormat.TraditionalOpenSSL,
        "pkcs8": serialization.PrivateFormat.PKCS8,
    }
    text = private.private_bytes(
        serialization.Encoding.PEM, forms[form.split("-")[1]], serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )

    with (
        open_server(kind, tmp_path, [public.decode()]) as server,
        shell(server, text.decode()) as opened,
    ):
        assert opened.run("echo in", 10, 100).output == "in"


def test_a_closed_port_refuses() -> None:
    with EmbeddedSshServer(ADDRESS, [KEY.public]) as server:
        access = server.access("root", "k")

    assert failure(access) is EntryFailure.REFUSED


def test_the_addresses_of_a_name_share_the_time_for_the_login(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A network in which nobody answers; each attempt takes the time that it is given."""
    many = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{n}", 22)) for n in range(50)]
    waited: list[float] = []

    class Silent(socket.socket):
        def connect(self, _: object) -> None:
            waited.append(self.gettimeout() or 0)
            raise TimeoutError

    def look_up(host: str, *_: object, **__: object) -> list[Any]:
        return many if host == "many.example" else [(*many[0][:4], (host, 22))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "socket", Silent)
    with pytest.raises(ShellError) as caught:
        Shell.connect(Access("many.example", "root", "k", (KEY.public,)), KEY.private, 20.0)

    assert caught.value.failure is EntryFailure.TIMEOUT
    assert sum(waited) <= 20.0


def test_a_name_that_does_not_exist_is_told() -> None:
    access = Access("no-such-host.invalid", "root", "k", (KEY.public,))

    assert failure(access) is EntryFailure.NAME_UNKNOWN


@pytest.mark.parametrize(
    ("greeting", "seconds", "expected"),
    [
        (b"", 1.0, EntryFailure.TIMEOUT),
        (b"220 mail.example ESMTP\r\n", 60.0, EntryFailure.NOT_SSH),
        (b"\x00\xff" * 50_000, 60.0, EntryFailure.NOT_SSH),
        (b"SSH-1.5-ancient\r\n", 60.0, EntryFailure.INCOMPATIBLE),
    ],
)
def test_what_does_not_speak_ssh_is_left_alone(
    greeting: bytes, seconds: float, expected: EntryFailure
) -> None:
    with listener(greeting) as port:
        access = Access(ADDRESS, "root", "k", (KEY.public,), port)

        assert failure(access, seconds=seconds) is expected


def test_who_greets_and_says_no_more_is_left_alone() -> None:
    with listener(b"SSH-2.0-silent\r\n") as port:
        access = Access(ADDRESS, "root", "k", (KEY.public,), port)

        assert failure(access, seconds=1.0) in {EntryFailure.TIMEOUT, EntryFailure.DROPPED}
