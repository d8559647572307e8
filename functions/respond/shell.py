"""A shell on a server: one command, one bounded answer."""

import math
import shlex
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

import paramiko
from botocore.exceptions import BotoCoreError, ClientError
from paramiko.ssh_exception import ChannelException, SSHException

from respond.login import ShellError, log_in
from respond.output import readable
from toban.domain.contract import Access, Server
from toban.domain.runbook import EntryFailure

LOGIN_SECONDS = 20.0
"""Cap on connecting, exchanging keys and authenticating together."""

_WINDOW = 64 * 1024
_POLL_SECONDS = 0.5
_OPEN_SECONDS = 10.0
_OPEN_TRIES = 3


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command said, stdout and stderr as they came, cleaned and redacted.

    `exit_status` is None when the command did not end in time, was killed, or was cut off at the
    limit of its output (`truncated`). `seconds` is real time.
    """

    exit_status: int | None
    output: str
    truncated: bool
    seconds: float


class Shell:
    """A logged-in server. A context manager: leaving it closes the connection."""

    def __init__(
        self, transport: paramiko.Transport, sudo: str, deadline: float = math.inf
    ) -> None:
        """`sudo` goes before what needs a right; `deadline` is of time.monotonic."""
        self._transport = transport
        self._deadline = deadline
        self.sudo = sudo

    @classmethod
    def connect(cls, access: Access, key: str, timeout_seconds: float = LOGIN_SECONDS) -> "Shell":
        """Log in; raises ShellError, HostKeyChangedError before anything is run."""
        sudo = "" if access.user == "root" else "sudo -n "
        return cls(log_in(access, key, timeout_seconds), sudo)

    def until(self, deadline: float) -> "Shell":
        """Return a shell on the same connection that runs nothing past the deadline."""
        return Shell(self._transport, self.sudo, min(deadline, self._deadline))

    def __enter__(self) -> "Shell":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a command that still runs on the server loses its output."""
        self._transport.close()

    @property
    def greeting(self) -> str:
        """What the server calls itself, e.g. SSH-2.0-OpenSSH_9.2."""
        return readable(self._transport.remote_version.encode())[:100]

    def run(
        self, command: str, timeout_seconds: float, limit_bytes: int, stdin: str | None = None
    ) -> CommandResult:
        """Run the command and read at most `limit_bytes` of its output.

        Raises ShellError: DROPPED when the connection breaks, CHANNEL_REFUSED when the server
        allows no further command now, TIMEOUT past the deadline. Nothing is ever sent twice.
        """
        started = time.monotonic()
        timeout_seconds = min(timeout_seconds, self._deadline - started)
        if timeout_seconds <= 0:
            raise ShellError(EntryFailure.TIMEOUT, "before a command")
        channel = self._open(command, stdin, timeout_seconds)
        try:
            raw, truncated, ended = _read(channel, started + timeout_seconds, limit_bytes)
            status = _exit_status(channel, started + timeout_seconds) if ended else None
        finally:
            with suppress(SSHException, OSError, EOFError):
                channel.close()
        if ended and status is None:
            self._expect_alive()
        return CommandResult(status, readable(raw), truncated, time.monotonic() - started)

    def _expect_alive(self) -> None:
        """Tell a broken connection from a command that was killed: both end without a status."""
        self._transport.join(_POLL_SECONDS)  # a breaking transport closes its channels first
        if not self._transport.is_active():
            raise ShellError(EntryFailure.DROPPED, "in the middle of a command")

    def _open(self, command: str, stdin: str | None, timeout_seconds: float) -> paramiko.Channel:
        # paramiko waits for the answer to "exec" without limit; closing is the only way to stop it
        watchdog = threading.Timer(timeout_seconds + 1, self._transport.close)
        watchdog.daemon = True
        watchdog.start()
        channel = None
        try:
            channel = self._session(min(timeout_seconds, _OPEN_SECONDS))
            channel.set_combine_stderr(True)
            channel.settimeout(timeout_seconds)
            channel.exec_command(command)
            if stdin:
                channel.sendall(stdin.encode())
            channel.shutdown_write()
        except ChannelException as error:
            raise ShellError(EntryFailure.CHANNEL_REFUSED, error.text) from None
        except (SSHException, OSError, EOFError):
            failure = EntryFailure.CHANNEL_REFUSED
            if channel is not None or not self._transport.is_active():
                failure = EntryFailure.DROPPED
            raise ShellError(failure, "before a command was accepted") from None
        finally:
            watchdog.cancel()
        return channel

    def _session(self, timeout_seconds: float) -> paramiko.Channel:
        """Open a channel. A server that allows few at a time may not have put the last one away:
        its refusal takes the time that it needs for that.
        """
        for _ in range(_OPEN_TRIES - 1):
            with suppress(ChannelException):
                return self._transport.open_session(_WINDOW, timeout=timeout_seconds)
        return self._transport.open_session(_WINDOW, timeout=timeout_seconds)


def _read(channel: paramiko.Channel, deadline: float, limit: int) -> tuple[bytes, bool, bool]:
    """Return the output, whether it was cut, and whether the command ended.

    A command has ended when its output has, or when it has exited and is quiet: a daemon that it
    left behind may hold the output open for ever.
    """
    raw = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return bytes(raw), False, False
        channel.settimeout(min(left, _POLL_SECONDS))
        exited = channel.exit_status_ready()  # its output came before that, and is read first
        try:
            chunk = channel.recv(min(_WINDOW, limit + 1 - len(raw)))
        except TimeoutError:
            if exited:
                return bytes(raw), False, True
            continue
        if not chunk:
            return bytes(raw), False, True
        raw += chunk
        if len(raw) > limit:
            return bytes(raw[:limit]), True, False


def _exit_status(channel: paramiko.Channel, deadline: float) -> int | None:
    if not channel.status_event.wait(max(0.0, deadline - time.monotonic())):
        return None
    return channel.exit_status if channel.exit_status >= 0 else None


def enter(
    server: Server, secret: Callable[[str], str], timeout_seconds: float = LOGIN_SECONDS
) -> Shell:
    """Enter the server with the credential that its contract names, which `secret` gives (see
    respond.credentials); raises ShellError for every reason.
    """
    if server.access is None:
        raise ShellError(EntryFailure.NO_ACCESS, "no way in is registered")
    try:
        key = secret(server.credential)
    except (ClientError, BotoCoreError, ValueError):
        what = "the registered key cannot be fetched"
        if not server.access.key:
            what = "no certificate was issued"
        raise ShellError(EntryFailure.KEY_UNUSABLE, what) from None
    return Shell.connect(server.access, key, timeout_seconds)


def wrap(
    script: str, variables: dict[str, str], timeout_seconds: int = 0, gentle: bool = False
) -> str:
    """Return the script as one command for any login shell.

    The variables are set before it, quoted, so that nothing of theirs is ever read as a command.
    With `timeout_seconds` the server ends it itself where it has `timeout`; `gentle` is nice 10.
    """
    assigned = "".join(f"{name}={shlex.quote(value)}; " for name, value in variables.items())
    exported = f"export {' '.join(variables)}; " if variables else ""
    bounds = ["exec"]
    if gentle:
        bounds.append("$(command -v nice >/dev/null 2>&1 && echo nice -n 10)")
    if timeout_seconds:
        bounds.append(f"$(command -v timeout >/dev/null 2>&1 && echo timeout {timeout_seconds})")
    outer = (
        "LANG=C LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin; "
        "export LANG LC_ALL PATH; "
        f"{' '.join(bounds)} sh -c {shlex.quote(assigned + exported + script)}"
    )
    return f"exec sh -c {shlex.quote(outer)}"
