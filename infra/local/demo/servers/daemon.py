"""A server program in the background that anyone may start, stop or kill: a test, a person, a
runbook over SSH.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.02


class DaemonError(Exception):
    """The program did not start or did not end; the text is for a person."""


class Daemon:
    """A program known by its pid file. `start_command` returns when the program runs or has
    refused to.
    """

    def __init__(self, address: str, port: int, folder: Path, program: str) -> None:
        self.address = address
        self.port = port
        self.folder = folder
        self.program = program
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def pid_file(self) -> Path:
        """Where the program writes its process id."""
        return self.folder / f"{self.program}.pid"

    @property
    def log_file(self) -> Path:
        """Where the program writes what it has to say."""
        return self.folder / f"{self.program}.log"

    @property
    def start_command(self) -> list[str]:
        """The command that starts the program in the background, for a shell or a service
        script.
        """
        raise NotImplementedError

    @property
    def running(self) -> bool:
        """Tell whether the program runs (a zombie does not)."""
        pid = self._pid()
        return pid is not None and _alive(pid)

    def answers(self) -> bool:
        """Tell whether the program does its work."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the program and wait until it answers; raises DaemonError with the program's
        own words.
        """
        done = subprocess.run(
            self.start_command, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise DaemonError(f"{self.program} does not start: {done.stdout}{done.stderr}".strip())
        _wait_until(self.answers, f"{self.program} does not answer; see {self.log_file}")

    def stop(self) -> None:
        """Ask the program to end, and wait for it; nothing when it does not run."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the program and its workers without a warning, as a crash would."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        pid = self._pid()
        if pid is None or not _alive(pid):
            return
        with suppress(ProcessLookupError):  # it has ended by itself meanwhile
            os.killpg(pid, number) if os.getpgid(pid) == pid else os.kill(pid, number)
        _wait_until(lambda: not _alive(pid), f"{self.program} (process {pid}) does not end")

    def _pid(self) -> int | None:
        try:
            return int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None


def _alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def _wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise DaemonError(otherwise)
        time.sleep(_PAUSE_SECONDS)


def go_to_background(pid_file: Path, program: str) -> None:
    """Let the caller's parent go on and continue as a daemon of the given process name; used by
    embedded servers.
    """
    if os.fork():
        os._exit(0)
    os.setsid()
    Path("/proc/self/comm").write_text(program)
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    pid_file.write_text(str(os.getpid()))
