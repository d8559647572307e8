"""SSH servers on 127.0.0.x: the real sshd as root, an embedded one for anybody.

Both run commands by the machine's real /bin/sh with an environment of their own, so that a folder
of shims can stand first on PATH.
"""

import io
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from toban.domain.contract import Access

_START_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An ed25519 key: the private half as OpenSSH text, the public one as "ssh-ed25519 AAAA..."."""

    private: str
    public: str


def generate_key() -> KeyPair:
    """Return a new key."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return KeyPair(private.decode(), public.decode())


class SshServer(Protocol):
    """What both servers offer. They listen once made, until `stop()`."""

    address: str
    port: int
    host_keys: tuple[str, ...]

    def access(self, user: str, key: str) -> Access:
        """Return the contract's way in: `key` names the secret."""

    def stop(self) -> None:
        """Stop listening and end what is still running."""


class _Stoppable:
    """What both servers share: their place, and a `with` block that ends in `stop()`."""

    def __init__(self, address: str, port: int, host_keys: tuple[str, ...]) -> None:
        self.address = address
        self.port = port
        self.host_keys = host_keys

    def access(self, user: str, key: str) -> Access:
        return Access(self.address, user, key, self.host_keys, self.port)

    def stop(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()


def real_sshd() -> str | None:
    """Return the path of sshd where it can be used: it needs root to let root in."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return shutil.which("sshd", path=path) if os.geteuid() == 0 else None


class RealSshServer(_Stoppable):
    """OpenSSH's sshd in a folder of its own; the system's service and files are not touched."""

    def __init__(
        self,
        folder: Path,
        address: str,
        authorized: Sequence[str],
        environment: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        """`options` are further lines of sshd_config; port 0 takes a free one."""
        program = real_sshd()
        if program is None:
            raise RuntimeError("sshd is not installed or this is not root: use EmbeddedSshServer.")
        key = generate_key()
        super().__init__(address, port or _free_port(address), (key.public,))
        config = self._write(folder, key, authorized, environment or {}, options)
        self._log = (folder / "sshd.log").open("wb")
        # sshd refuses to start without its separation folder; a package makes it at boot only
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self._process = subprocess.Popen(
            [program, "-D", "-e", "-f", str(config)],
            stdin=subprocess.DEVNULL,
            stderr=self._log,
            start_new_session=True,
        )
        self._await_greeting(folder / "sshd.log")

    def _write(
        self,
        folder: Path,
        key: KeyPair,
        authorized: Sequence[str],
        environment: Mapping[str, str],
        options: Sequence[str],
    ) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        _write_private(folder / "host_key", key.private)
        _write_private(folder / "authorized_keys", "".join(f"{line}\n" for line in authorized))
        lines = [
            f"ListenAddress {self.address}:{self.port}",
            f"HostKey {folder}/host_key",
            f"AuthorizedKeysFile {folder}/authorized_keys",
            f"PidFile {folder}/sshd.pid",
            *options,
            "PermitRootLogin prohibit-password",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "UsePAM no",
            "UseDNS no",
            "StrictModes no",
        ]
        if environment:
            # one line: sshd takes the first SetEnv only
            pairs = " ".join(f'"{name}={value}"' for name, value in environment.items())
            lines.append(f"SetEnv {pairs}")
        config = folder / "sshd_config"
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return config

    def _await_greeting(self, log: Path) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection((self.address, self.port), 1):
                return
            time.sleep(0.02)
        self.stop()
        said = log.read_text(encoding="utf-8", errors="replace").strip()
        raise RuntimeError(f"sshd did not start on {self.address} port {self.port}: {said}")

    def stop(self) -> None:
        """End sshd and its sessions."""
        children = _children(self._process.pid)
        for process_id in (self._process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGTERM)
        self._process.wait()
        self._log.close()


class EmbeddedSshServer(_Stoppable):
    """paramiko's server side: public key login of any user name, `exec` by the real /bin/sh.

    Every command runs as the user who runs this process.
    """

    def __init__(
        self,
        address: str,
        authorized: Sequence[str],
        environment: Mapping[str, str] | None = None,
        port: int = 0,
    ) -> None:
        """`commands` collects what was executed; port 0 takes a free one."""
        key = generate_key()
        self._listener = socket.create_server((address, port), backlog=50)
        super().__init__(address, self._listener.getsockname()[1], (key.public,))
        self._host_key = paramiko.Ed25519Key(file_obj=io.StringIO(key.private))
        self._authorized = frozenset(line.split()[1] for line in authorized)
        self._environment = {**os.environ, **(environment or {})}
        self._transports: list[paramiko.Transport] = []
        self._running: set[subprocess.Popen[bytes]] = set()
        self.commands: list[str] = []
        threading.Thread(target=self._serve, name="embedded-sshd", daemon=True).start()

    def stop(self) -> None:
        """Close the connections and end the commands that still run."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for transport in self._transports:
            transport.close()
        for process in list(self._running):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            transport = _ServerTransport(connection)
            self._transports.append(transport)
            transport.add_server_key(self._host_key)
            with suppress(paramiko.SSHException):
                session = _Session(self._authorized, transport, self._execute)
                transport.start_server(event=threading.Event(), server=session)

    def _execute(self, channel: paramiko.Channel, command: str) -> None:
        self.commands.append(command)
        process = subprocess.Popen(
            ["/bin/sh", "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
        )
        self._running.add(process)
        output = threading.Thread(target=_pump, args=(process.stdout, channel), daemon=True)
        output.start()
        _feed(channel, process)
        status = process.wait()
        self._running.discard(process)
        # a daemon that the command left behind may hold the output open: say the status at once
        with suppress(paramiko.SSHException, OSError, EOFError):
            channel.send_exit_status(status if status >= 0 else 128 - status)
        output.join()
        with suppress(paramiko.SSHException, OSError, EOFError):
            channel.close()


class _ServerTransport(paramiko.Transport):
    """Starts an accepted command after the client was told so, or its end might overtake that."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.accepted: list[Callable[[], None]] = []

    def _send_user_message(self, data: paramiko.Message) -> None:
        super()._send_user_message(data)  # type: ignore[misc] # untyped internal of paramiko
        if threading.current_thread() is self and self.accepted:
            threading.Thread(target=self.accepted.pop(0), daemon=True).start()


class _Session(paramiko.ServerInterface):
    def __init__(
        self,
        authorized: frozenset[str],
        transport: _ServerTransport,
        execute: Callable[[paramiko.Channel, str], None],
    ) -> None:
        self._authorized = authorized
        self._transport = transport
        self._execute = execute

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = key.get_base64() in self._authorized
        return AUTH_SUCCESSFUL if known else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if kind == "session":
            return OPEN_SUCCEEDED
        return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        text = command.decode("utf-8", "replace")
        self._transport.accepted.append(lambda: self._execute(channel, text))
        return True


def _pump(source: IO[bytes] | None, channel: paramiko.Channel) -> None:
    """Pass output on as it comes; the pipe holds the command back when the client does not read."""
    with suppress(paramiko.SSHException, OSError, EOFError):
        while source and (chunk := os.read(source.fileno(), 32_768)):
            channel.sendall(chunk)
    if source:
        source.close()


def _feed(channel: paramiko.Channel, process: subprocess.Popen[bytes]) -> None:
    """Pass the client's input on until it ends."""
    with suppress(paramiko.SSHException, OSError, EOFError, ValueError):
        while process.stdin and (chunk := channel.recv(32_768)):
            process.stdin.write(chunk)
            process.stdin.flush()
    if process.stdin:
        with suppress(OSError):
            process.stdin.close()


def _free_port(address: str) -> int:
    with socket.create_server((address, 0)) as probe:
        return int(probe.getsockname()[1])


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _children(process_id: int) -> list[int]:
    """Return the direct children of a process: sshd's sessions."""
    try:
        listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in listed.split()]
