"""A server with real services: SSH, and a stand-in for systemctl that runs what it is told to.

Each unit is a folder: `start` is the script that becomes the daemon, `pid`, `masked`, `changes`.
The programs of the units are the real ones, with configurations of the tests' own in front.
"""

import socket
import subprocess
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local.demo.servers.ssh import EmbeddedSshServer, RealSshServer, real_sshd
from tests.integration.daemons import PATIENCE_SECONDS
from tests.integration.respond_site.site import KEY, SERVER
from tests.loopback import loopback
from toban.domain.consent import NOTHING_AGREED, Consent
from toban.domain.contract import Access, Monitor, Server
from toban.domain.plan import Plan

_SYSTEMCTL = """
#!/bin/sh
for last in "$@"; do :; done
name=${last%.service}
case $1 in
  list-timers) exit 0 ;;
  list-units) ls {units} | while read -r name; do echo "$name.service"; done; exit 0 ;;
esac
cd {units}/"$name" 2>/dev/null || exit 1
alive() {
  [ -s pid ] && kill -0 "$(cat pid)" 2>/dev/null &&
    [ "$(awk '{print $3}' "/proc/$(cat pid)/stat")" != Z ]
}
start() {
  echo start >>changes
  [ ! -e masked ] || { echo "Unit $name.service is masked."; exit 1; }
  setsid sh ./start >said 2>&1 </dev/null & echo $! >pid
  for try in $(seq 50); do
    case $(cat /proc/$!/comm 2>/dev/null) in sh|setsid|setpriv) sleep 0.1 ;; *) break ;; esac
  done
  sleep 0.4; alive || { cat said; exit 1; }
}
stop() {
  echo stop >>changes
  alive && kill "$(cat pid)"
  for try in 1 2 3 4 5 6 7 8; do alive || break; sleep 0.2; done
  alive && kill -9 "$(cat pid)"; rm -f pid
}
case $1 in
  list-unit-files) echo "$name.service enabled enabled" ;;
  show)
    file=enabled; [ -e masked ] && file=masked
    active=inactive; alive && active=active
    echo "LoadState=loaded"; echo "ActiveState=$active"; echo "UnitFileState=$file" ;;
  is-active|status) alive && echo active || { echo inactive; exit 3; } ;;
  start) alive || start ;;
  restart) stop; start ;;
  reload) echo reload >>changes; kill -HUP "$(cat pid)" ;;
  stop) stop ;;
  *) exit 1 ;;
esac
"""

_SUDO = """
#!/bin/sh
# may run every command without a password; -l tells so
[ "$1" = -n ] || exit 1
shift; [ "$1" = -l ] && exit 0
exec "$@"
"""

_PGREP = """
#!/bin/sh
for last in "$@"; do :; done
for pid in $(cat {units}/*/pid 2>/dev/null); do
  grep -qxE "$last" "/proc/$pid/comm" 2>/dev/null && kill -0 "$pid" && exit 0
done
exit 1
"""


class Machine:
    """The server. Units are added to it, and tools put in front of the machine's own."""

    def __init__(
        self,
        folder: Path,
        addresses: Sequence[str] = (loopback(66),),
        mounts: str = "",
        user: str = "root",
    ) -> None:
        """Whoever is not root logs in to an embedded SSH server and has sudo. `mounts` is a script
        that mounts what every command then sees, and nobody else; only the real sshd carries it
        out.
        """
        self.folder, self.addresses = folder, tuple(addresses)
        self.units, self._bin = folder / "units", folder / "bin"
        for place in (self.units, self._bin):
            place.mkdir(parents=True)
        self.say("systemctl", _SYSTEMCTL)
        self.say("pgrep", _PGREP)
        self.say("ps", "#!/bin/sh\necho '? sleep'\n")
        self.say("service", '#!/bin/sh\necho "$1: unrecognized service"; exit 1\n')
        path = f"{self._bin}:/usr/sbin:/usr/bin:/sbin:/bin"
        environment = {"PATH": path, "HOME": str(folder)}
        entry = self.addresses[-1]
        options = [f"ForceCommand {self._mounting(mounts)}"] if mounts else []
        self.user = user
        self.say("sudo", _SUDO)
        if real_sshd() and user == "root":
            self.ssh: EmbeddedSshServer | RealSshServer = RealSshServer(
                folder / "ssh", entry, [KEY.public], environment, options
            )
        else:
            self.ssh = EmbeddedSshServer(entry, [KEY.public], environment)

    def _mounting(self, mounts: str) -> Path:
        inner, outer = self.folder / "inner", self.folder / "outer"
        inner.write_text(f'{mounts}\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n', encoding="utf-8")
        outer.write_text(f"#!/bin/sh\nexec unshare --mount sh {inner}\n", encoding="utf-8")
        outer.chmod(0o755)
        return outer

    def say(self, tool: str, script: str) -> None:
        """Put a tool in front of the machine's own."""
        text = textwrap.dedent(script).lstrip().replace("{units}", str(self.units))
        (self._bin / tool).write_text(text, encoding="utf-8")
        (self._bin / tool).chmod(0o755)

    def add(self, name: str, start: str, tools: Mapping[str, str] | None = None) -> None:
        """Add a unit: `start` is the command in the foreground, `tools` its own programs."""
        place = self.units / name
        place.mkdir()
        (place / "start").write_text(f"exec {start}\n", encoding="utf-8")
        for tool, command in (tools or {}).items():
            self.say(tool, f'#!/bin/sh\nexec {command} "$@"\n')

    def systemctl(self, verb: str, name: str) -> None:
        """Do to a unit what somebody else would do, which is not counted."""
        changes = self.units / name / "changes"
        before = changes.read_text(encoding="utf-8") if changes.exists() else ""
        subprocess.run([str(self._bin / "systemctl"), verb, name], check=False)
        changes.write_text(before, encoding="utf-8")

    def run(self, name: str, address: str, port: int) -> None:
        """Start a unit and wait until it accepts at its port, if it has one."""
        self.systemctl("start", name)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while port and time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection((address, port), 1):
                return
            time.sleep(0.05)

    def changes(self, name: str) -> list[str]:
        """What was done to a unit, in order."""
        path = self.units / name / "changes"
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def forget(self) -> None:
        """End every daemon, and what was done to it."""
        for unit in self.units.iterdir():
            if (unit / "pid").exists():
                self.systemctl("stop", unit.name)
            for name in ("pid", "changes", "masked"):
                (unit / name).unlink(missing_ok=True)

    def server(self, *monitors: Monitor, consent: Consent = NOTHING_AGREED) -> Server:
        return Server(SERVER, Plan.RESPOND, self.addresses, monitors, self.access, consent=consent)

    @property
    def access(self) -> Access:
        return self.ssh.access(self.user, "/toban/acme/key")

    def pid(self, name: str) -> int:
        """The process of a unit that runs."""
        return int((self.units / name / "pid").read_text(encoding="utf-8"))

    def close(self) -> None:
        self.forget()
        self.ssh.stop()


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that other users may enter, whatever other runs of the tests do to theirs."""
    with TemporaryDirectory(prefix="toban-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
