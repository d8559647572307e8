"""An SSH server inside this process, for anybody: the protocol by paramiko, commands by /bin/sh."""

import io
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from infra.local.demo.servers.ssh_place import SshServer, generate_key


class EmbeddedSshServer(SshServer):
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
        """`logins` and `commands` collect what came; port 0 takes a free one."""
        key = generate_key()
        self._listener = socket.create_server((address, port), backlog=50)
        super().__init__(address, self._listener.getsockname()[1], (key.public,))
        self._host_key = paramiko.Ed25519Key(file_obj=io.StringIO(key.private))
        self._authorized = frozenset(line.split()[1] for line in authorized)
        self._environment = {**os.environ, **(environment or {})}
        self._transports: list[paramiko.Transport] = []
        self._running: set[subprocess.Popen[bytes]] = set()
        self.logins: list[str] = []
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
                session = _Session(self._authorized, transport, self._execute, self.logins)
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
        logins: list[str],
    ) -> None:
        self._authorized = authorized
        self._logins = logins
        self._transport = transport
        self._execute = execute

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self._logins.append(username)
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
