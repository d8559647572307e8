"""Services of a demonstration server: started and stopped by init scripts in the server's own folder.

Nothing outside the folder is touched. The `service` command and its neighbours in bin/ stand first in the PATH of
SSH sessions, so that what is carried out on the server never reaches the machine's own services.
"""

import os
import shlex
import signal
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path

_SERVICE = """\
#!/bin/sh
# The `service` command of this server.
script={folder}/init.d/$1
[ -x "$script" ] || {{ echo "$1: unrecognized service" >&2; exit 1; }}
shift
exec "$script" "$@"
"""

_NO_SYSTEMD = """\
#!/bin/sh
echo "System has not been booted with systemd as init system (PID 1). Can't operate." >&2
exit 1
"""

_INIT_SCRIPT = """\
#!/bin/sh
# Init script of {name}.
pid_file={folder}/run/{name}.pid
log={folder}/log/{name}.log

# A killed process may stay behind as a zombie where nobody collects it: that is not running.
running() {{
  pid=$(cat "$pid_file" 2>/dev/null) && [ -n "$pid" ] && [ -r "/proc/$pid/status" ] &&
    ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status"
}}
wait_until() {{
  tries=0
  until "$@"; do
    tries=$((tries + 1)); [ "$tries" -lt 50 ] || return 1
    sleep 0.1
  done
}}
stopped() {{ ! running; }}
start() {{
  running && {{ echo "{name} is already running."; return 0; }}
  if ! {test} >>"$log" 2>&1; then
    echo "Starting {name}: failed" >&2
    tail -n 5 "$log" >&2
    return 1
  fi
  {start}
  wait_until running && echo "Starting {name}: done"
}}
stop() {{
  running || {{ echo "{name} is not running."; return 0; }}
  kill "$pid"
  wait_until stopped && echo "Stopping {name}: done"
}}
case "$1" in
  start) start ;;
  stop) stop ;;
  restart) stop; start ;;
  status) if running; then echo "{name} is running (pid $pid)."; else echo "{name} is stopped."; exit 3; fi ;;
  *) echo "usage: service {name} start|stop|restart|status" >&2; exit 2 ;;
esac
"""

_IN_BACKGROUND = """setsid sh -c 'echo $$ >"$0"; exec {command}' "$pid_file" >>"$log" 2>&1 </dev/null &"""


class ServiceError(RuntimeError):
    """A service of the demonstration server did not do what was asked; the message has its own words."""


@dataclass(frozen=True, slots=True)
class Service:
    """A program and how it is run: `test` must succeed before a start, `writes_pid` tells that it daemonises."""

    name: str
    command: tuple[str, ...]
    test: tuple[str, ...] = ("true",)
    writes_pid: bool = False

    def init_script(self, folder: Path) -> str:
        """Return the init script."""
        command = shlex.join(self.command)
        start = command if self.writes_pid else _IN_BACKGROUND.format(command=command)
        return _INIT_SCRIPT.format(
            name=self.name,
            folder=shlex.quote(str(folder)),
            test=shlex.join(self.test),
            start=start,
        )


class Services:
    """The init scripts of one server, and the customer's own hands on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("bin", "init.d", "run", "log", "etc"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.program("service", _SERVICE.format(folder=shlex.quote(str(folder))))
        self.program("systemctl", _NO_SYSTEMD)

    @property
    def path(self) -> str:
        """The PATH of whoever works on the server."""
        return f"{self.folder / 'bin'}:{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"

    def program(self, name: str, script: str) -> None:
        """Put a program in front of the machine's own."""
        _write_executable(self.folder / "bin" / name, textwrap.dedent(script))

    def install(self, service: Service) -> None:
        """Make the service known; it is not started."""
        script = service.init_script(self.folder)
        _write_executable(self.folder / "init.d" / service.name, script)

    def run(self, name: str, action: str) -> str:
        """Do what the customer would do by hand: `service NAME ACTION`; raises ServiceError."""
        done = subprocess.run(
            [self.folder / "bin" / "service", name, action],
            env={**os.environ, "PATH": self.path},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        said = (done.stdout + done.stderr).strip()
        if done.returncode:
            raise ServiceError(f"service {name} {action} failed: {said}")
        return said

    def pid(self, name: str) -> int | None:
        """Return the process that the service's pid file names, None when there is none."""
        try:
            return int((self.folder / "run" / f"{name}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def kill(self, name: str) -> int:
        """Kill the service's processes as a crash would; return the pid of the first."""
        pid = self.pid(name)
        if pid is None:
            raise ServiceError(f"{name} has no pid file, so it cannot be killed.")
        os.killpg(pid, signal.SIGKILL)
        return pid

    def stop_all(self) -> None:
        """End every process that a service of this server still has."""
        for script in (self.folder / "init.d").iterdir():
            pid = self.pid(script.name)
            if pid is not None and _is_ours(pid, self.folder):
                os.killpg(pid, signal.SIGKILL)


def _is_ours(pid: int, folder: Path) -> bool:
    """A pid file may be old and its number another process's by now: ours name the folder."""
    try:
        return str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _write_executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
