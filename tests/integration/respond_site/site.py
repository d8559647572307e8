"""A server to respond to: SSH, an init system of shims, and one web service that really listens.

The shims stand first on PATH, so that nothing of the machine's own services is read or touched.
"""

import os
import signal
import socket
import sys
import textwrap
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from infra.local.demo.servers.ssh import EmbeddedSshServer, RealSshServer, SshServer, generate_key
from tests.integration.peers import free_port
from toban.domain.check import Check, HttpQuestion, Kind
from toban.domain.contract import Family, Monitor, Server
from toban.domain.plan import Plan

SERVER, HTTP = "acme.web01", "acme.web01.http"
KEY = generate_key()
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

_WEB = """
import http.server, sys
http.server.ThreadingHTTPServer(
    (sys.argv[1], int(sys.argv[2])), http.server.SimpleHTTPRequestHandler
).serve_forever()
"""

_SERVICE = """
#!/bin/sh
# {folder} holds what is true of the one service: pid, disabled, masked, broken
cd {folder}
alive() {{ [ -s pid ] && kill -0 "$(cat pid)" 2>/dev/null; }}
start() {{
  echo start >>changes
  [ ! -e fails ] || {{ echo "Job for nginx failed. password=hunter2"; exit 1; }}
  setsid {python} web.py {address} {port} >/dev/null 2>&1 </dev/null & echo $! >pid
}}
stop() {{ echo stop >>changes; alive && kill "$(cat pid)"; rm -f pid; }}
"""

_SYSTEMCTL = (
    _SERVICE
    + """
for last in "$@"; do :; done
case $last in nginx|nginx.service) ;; *) exit 1 ;; esac
case $1 in
  list-unit-files) echo "nginx.service enabled enabled" ;;
  show)
    file=enabled; [ -e disabled ] && file=disabled; [ -e masked ] && file=masked
    active=inactive; alive && active=active
    echo "LoadState=loaded"; echo "ActiveState=$active"; echo "UnitFileState=$file" ;;
  is-active) alive && echo active || {{ echo inactive; exit 3; }} ;;
  status) alive && echo "nginx.service: active" || {{ echo "nginx.service: dead"; exit 3; }} ;;
  start) alive || start ;;
  restart) stop; start ;;
  stop) stop ;;
  *) exit 1 ;;
esac
"""
)
_INIT_SCRIPT = (
    _SERVICE
    + """
[ "$1" = nginx ] || {{ echo "$1: unrecognized service" >&2; exit 1; }}
case $2 in
  status) alive && echo "nginx is running..." || {{ echo "nginx is stopped"; exit 3; }} ;;
  start) alive || start ;;
  stop) stop ;;
  *) exit 2 ;;
esac
"""
)
_NO_SYSTEMD = """
#!/bin/sh
echo "System has not been booted with systemd as init system (PID 1). Can't operate." >&2
exit 1
"""
_CONFIG_TEST = """
#!/bin/sh
[ ! -e {folder}/broken ] || {{ echo "nginx: [emerg] unknown directive 'lisen'"; exit 1; }}
echo "syntax is ok"
"""


class Site:
    """The server. `init` is systemd or service; `say` replaces what a tool answers."""

    def __init__(
        self,
        folder: Path,
        address: str,
        init: str = "systemd",
        *,
        real: bool,
        options: Sequence[str] = (),
    ) -> None:
        self.folder, self.address = folder, address
        self.port = free_port(address)
        self._bin = folder / "bin"
        self._bin.mkdir(parents=True)
        (folder / "web.py").write_text(_WEB, encoding="utf-8")
        self.say("systemctl", _SYSTEMCTL if init == "systemd" else _NO_SYSTEMD)
        self.say("service", _INIT_SCRIPT)
        self.say("nginx", _CONFIG_TEST)
        self.say("ps", "#!/bin/sh\necho '? sleep'\n")
        self.say("pgrep", "#!/bin/sh\nexit 1\n")
        self.say("df", "#!/bin/sh\necho '/dev/sda1 100 50 50 50% /'\n")
        self.ssh = self._open(real, options)

    def _open(self, real: bool, options: Sequence[str]) -> SshServer:
        # the shell that sshd starts may read start-up files that put folders before ours
        environment = {"PATH": f"{self._bin}:/usr/bin:/bin", "HOME": str(self.folder)}
        if real:
            folder = self.folder / "ssh"
            return RealSshServer(folder, self.address, [KEY.public], environment, options)
        return EmbeddedSshServer(self.address, [KEY.public], environment)

    def say(self, tool: str, script: str) -> None:
        """Put a tool in front of the machine's own."""
        text = textwrap.dedent(script).lstrip()
        if "{folder}" in text:
            text = text.format(
                folder=self.folder, python=sys.executable, address=self.address, port=self.port
            )
        (self._bin / tool).write_text(text, encoding="utf-8")
        (self._bin / tool).chmod(0o755)

    def mark(self, what: str) -> None:
        """Make it true of the service: disabled, masked, broken, fails."""
        (self.folder / what).touch()

    @property
    def changes(self) -> list[str]:
        """What was done to the service, in order."""
        path = self.folder / "changes"
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def hang(self) -> None:
        """Let the service run without ever answering."""
        pid = os.posix_spawn("/bin/sleep", ["sleep", "60"], {})
        (self.folder / "pid").write_text(str(pid), encoding="utf-8")

    def answers(self) -> bool:
        """Tell whether somebody listens where the service should."""
        with suppress(OSError), socket.create_connection((self.address, self.port), 1):
            return True
        return False

    def monitor(self, runbook: str = "rb_unit", unit: str = "nginx") -> Monitor:
        question = HttpQuestion(any_status=True)
        check = Check(HTTP, Kind.HTTP, self.address, self.port, http=question)
        return Monitor(
            HTTP, "http", Family.PORT, "HTTP ポート監視", "HTTP", 70, check, runbook, unit
        )

    def server(self, user: str = "root") -> Server:
        access = self.ssh.access(user, "/toban/acme/key")
        return Server(SERVER, Plan.RESPOND, (self.address,), (self.monitor(),), access)

    def close(self) -> None:
        """End SSH and the service."""
        self.ssh.stop()
        with suppress(OSError, ValueError):
            os.kill(int((self.folder / "pid").read_text(encoding="utf-8")), signal.SIGKILL)


def secret(name: str) -> str:
    """The secret store of these tests."""
    return KEY.private if name == "/toban/acme/key" else ""
