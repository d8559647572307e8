"""The menu's dialogues with the real services of Debian: each well, and in a way of its own not."""

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.daemons import free_port, program, running, snakeoil, written
from tests.integration.menu_checks import menu_check
from tests.integration.peers import HERE, observe, until
from toban.domain.observation import Reason, Status

NEEDS_ROOT = pytest.mark.skipif(
    subprocess.run(["id", "-u"], capture_output=True, check=True).stdout.strip() != b"0",
    reason="only root can start the real service as its own user",
)


def up(item: str, port: int, keys: str = "") -> str:
    """Probe, insist that the service is up, and return the evidence."""
    seen = observe(menu_check(item, port, keys))
    assert seen.status is Status.UP, seen.evidence
    return seen.evidence


def refused(item: str, port: int, keys: str = "") -> bool:
    """Wait until the service is refused: whom a daemon has forked may end after it."""
    return until(lambda: observe(menu_check(item, port, keys)).reason is Reason.REFUSED)


@contextlib.contextmanager
def crowded(port: int, words: bytes, refusal: bytes) -> Iterator[None]:
    """Hold connections open, each with a word, until the service takes no more."""
    with contextlib.ExitStack() as clients:
        answer = b""
        while not answer.startswith(refusal):
            client = clients.enter_context(socket.create_connection((HERE, port), 5))
            client.sendall(words)
            answer = client.recv(100)
        yield


def test_openssh(tmp_path: Path) -> None:
    key, port = tmp_path / "key", free_port()
    sshd = program("sshd", "openssh-server")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    options = ["-o", "PidFile=none", "-o", "VersionAddendum=of Acme"]
    command = [sshd, "-D", "-e", "-f", "/dev/null", "-h", str(key), "-p", str(port), *options]
    with running(command, port, tmp_path):
        assert up("ssh", port).startswith("SSH-2.0-OpenSSH")
    assert refused("ssh", port)


@contextlib.contextmanager
def redis(folder: Path, *options: str) -> Iterator[int]:
    port = free_port()
    command = [program("redis-server", "redis-server"), "--port", str(port), "--bind", HERE]
    with running([*command, "--save", "", *options], port, folder):
        yield port


def test_redis(tmp_path: Path) -> None:
    with redis(tmp_path) as port:
        assert up("redis", port) == "+PONG"
    assert refused("redis", port)


def test_a_redis_that_asks_for_a_password_is_up(tmp_path: Path) -> None:
    with redis(tmp_path, "--requirepass", "secret") as port:
        assert up("redis", port).startswith("-NOAUTH")


def test_a_redis_with_too_many_clients_is_down(tmp_path: Path) -> None:
    with redis(tmp_path, "--maxclients", "3") as port, crowded(port, b"PING\r\n", b"-ERR"):
        seen = observe(menu_check("redis", port))

    assert (seen.reason, "max number of clients" in seen.evidence) == (Reason.BAD_ANSWER, True)


def test_memcached(tmp_path: Path) -> None:
    port = free_port()
    command = [program("memcached", "memcached"), "-l", HERE, "-p", str(port), "-u", "nobody"]
    with running(command, port, tmp_path):
        assert up("memcached", port).startswith("VERSION 1.")
    assert refused("memcached", port)


@NEEDS_ROOT
def test_vsftpd(tmp_path: Path) -> None:
    port = free_port()
    empty = tmp_path / "empty"
    empty.mkdir()
    lines = {
        **{"listen": "YES", "listen_address": HERE, "listen_port": port, "background": "NO"},
        **{"anonymous_enable": "YES", "secure_chroot_dir": empty, "seccomp_sandbox": "NO"},
        **{"max_clients": 4, "isolate": "NO", "isolate_network": "NO"},
    }
    file = written(tmp_path, "vsftpd.conf", "".join(f"{k}={v}\n" for k, v in lines.items()))
    with running([program("vsftpd", "vsftpd"), str(file)], port, tmp_path):
        assert up("ftp", port).startswith("220 (vsFTPd")
        with crowded(port, b"", b"421"):
            seen = observe(menu_check("ftp", port))
    assert (seen.reason, "421" in seen.evidence) == (Reason.BAD_ANSWER, True)


@NEEDS_ROOT
def test_dovecot(tmp_path: Path) -> None:
    ports = {name: free_port() for name in ("imap", "imaps", "pop3", "pop3s")}
    certificate, key = snakeoil(tmp_path)
    text = (
        f"base_dir = {tmp_path}/run\nprotocols = imap pop3\nlisten = {HERE}\n"
        f"log_path = /dev/stderr\nssl = yes\nssl_cert = <{certificate}\nssl_key = <{key}\n"
        "passdb {\n driver = static\n args = nopassword=y\n}\n"
    )
    for service in ("imap", "pop3"):
        text += f"service {service}-login {{\n"
        for name, tls in ((service, "no"), (f"{service}s", "yes")):
            text += f" inet_listener {name} {{\n  port = {ports[name]}\n  ssl = {tls}\n }}\n"
        text += "}\n"
    file = written(tmp_path, "dovecot.conf", text)
    command = [program("dovecot", "dovecot-imapd and dovecot-pop3d"), "-F", "-c", str(file)]
    with running(command, ports["imap"], tmp_path):
        said = {name: up(name, port) for name, port in ports.items()}
    assert said["imap"].startswith("* OK") and said["pop3s"].startswith("+OK")
    assert refused("imap", ports["imap"])


@NEEDS_ROOT
def test_exim(tmp_path: Path) -> None:
    plain, tls = free_port(), free_port()
    certificate, key = snakeoil(tmp_path)
    text = (
        f"primary_hostname = mx.example\nspool_directory = {tmp_path}\n"
        f"log_file_path = {tmp_path}/%slog\n"
        f"daemon_smtp_ports = {plain} : {tls}\ntls_on_connect_ports = {tls}\n"
        f"local_interfaces = {HERE}\ntls_advertise_hosts = *\n"
        f"tls_certificate = {certificate}\ntls_privatekey = {key}\nhost_lookup =\n"
    )
    file = written(tmp_path, "exim.conf", text)
    tmp_path.chmod(0o777)
    command = [program("exim4", "exim4-daemon-light"), "-bdf", "-oP", "/dev/null", "-C", str(file)]
    with running(command, plain, tmp_path):
        assert up("smtp", plain, "port_25_allowed: yes").startswith("220 mx.example ESMTP Exim")
        assert up("submission", plain).startswith("220 mx.example")
        assert up("smtps", tls).startswith("220 mx.example")
    assert refused("smtps", tls)


@NEEDS_ROOT
def test_bind(tmp_path: Path) -> None:
    port = free_port()
    zone = written(
        tmp_path,
        "acme.zone",
        "$TTL 60\n@ SOA ns.acme.example. root.acme.example. 1 60 60 60 60\n"
        "@ NS ns\nns A 192.0.2.1\n",
    )
    text = (
        f'options {{ directory "{tmp_path}"; listen-on port {port} {{ {HERE}; }};'
        " listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none; };\n"
        f'controls {{ }};\nzone "acme.example" {{ type primary; file "{zone}"; }};\n'
        'zone "broken.example" { type primary; file "missing"; };\n'
    )
    file = written(tmp_path, "named.conf", text)
    command = [program("named", "bind9"), "-g", "-c", str(file), "-u", "root", "-n", "1"]
    with running(command, port, tmp_path):
        assert up("dns", port, "name: acme.example") == (
            "NOERROR for SOA acme.example, 1 records; over TCP: NOERROR"
        )
        assert "1 records" in up("dns", port, "name: ns.acme.example, record: A")
        said = {
            name: observe(menu_check("dns", port, f"name: {name}")).evidence
            for name in ("no.acme.example", "broken.example", "other.example")
        }
    assert [words.split()[0] for words in said.values()] == ["NXDOMAIN", "SERVFAIL", "REFUSED"]
    assert refused("dns", port, "name: acme.example")
