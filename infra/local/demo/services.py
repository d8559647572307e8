"""Services of a demonstration server: started and stopped by init scripts in the server's folder.

Nothing outside the folder is touched. The `service` command and its neighbours in bin/ stand first
in the PATH of SSH sessions, so that what is carried out on the server never reaches the machine's
own services.
"""

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from infra.local.demo.servers.daemon import Daemon

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

# A killed process stays behind as a zombie where nobody collects it: that is not running.
running() {{
  pid=$(cat {pid_file} 2>/dev/null) && [ -n "$pid" ] && [ -r "/proc/$pid/status" ] &&
    ! grep -q '^State:[[:space:]]*[ZX]' "/proc/$pid/status"
}}
stopped() {{ ! running; }}
wait_until() {{
  tries=0
  until "$@"; do
    tries=$((tries + 1)); [ "$tries" -lt 100 ] || return 1
    sleep 0.1
  done
}}
start() {{
  running && {{ echo "{name} is already running."; return 0; }}
  if ! said=$({test} 2>&1 && {start} 2>&1); then
    printf 'Starting {name}: failed\\n%s\\n' "$said" >&2
    return 1
  fi
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
  status)
    running || {{ echo "{name} is stopped."; exit 3; }}
    echo "{name} is running (pid $pid)." ;;
  *) echo "usage: service {name} start|stop|restart|status" >&2; exit 2 ;;
esac
"""


class ServiceError(RuntimeError):
    """A service did not do what was asked; the message has its own words."""


class Services:
    """The init scripts of one server, and the customer's own hands on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("bin", "init.d"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.program("service", _SERVICE.format(folder=shlex.quote(str(folder))))
        self.program("systemctl", _NO_SYSTEMD)

    @property
    def path(self) -> str:
        """The PATH of whoever works on the server."""
        return f"{self.folder / 'bin'}:{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"

    def program(self, name: str, script: str) -> None:
        """Put a program in front of the machine's own."""
        _write_executable(self.folder / "bin" / name, script)

    def install(self, daemon: Daemon, test: Sequence[str] = ("true",)) -> None:
        """Make the program a service of its own name; `test` must succeed before each start."""
        script = _INIT_SCRIPT.format(
            name=daemon.program,
            pid_file=shlex.quote(str(daemon.pid_file)),
            start=shlex.join(daemon.start_command),
            test=shlex.join(test),
        )
        _write_executable(self.folder / "init.d" / daemon.program, script)

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
            raise ServiceError(f"service {name} {action}: {said}")
        return said


def _write_executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
