"""The unit that a runbook works on, as it is installed on one server."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from respond import reading
from respond.shell import CommandResult, Shell, wrap
from toban.catalogue.units import UnitDefinition, unit
from toban.domain.check import AT_PORT, Kind
from toban.domain.contract import Monitor
from toban.domain.runbook import InitSystem, InstalledUnit, UnitState, choose

_SECONDS = 10
_LIMIT = 4096
_SERVICE_NAME = re.compile(r"[A-Za-z0-9@_.:-]{1,100}")
_HTTPS_PORTS = frozenset({443, 8443})


@dataclass(frozen=True, slots=True)
class Target:
    """A monitor's unit on its server; `definition` is what the catalogue says of it."""

    monitor: Monitor
    definition: UnitDefinition
    installed: InstalledUnit
    family: str

    @property
    def port(self) -> int:
        """The port that the monitor asks, else the unit's first, else 0."""
        asked = self.monitor.check.port if self.monitor.check.kind in AT_PORT else 0
        return asked or next(iter(self.definition.ports), 0)

    @property
    def process(self) -> str:
        """Regular expression on command lines that does not match a command line it stands in."""
        question = self.monitor.check.process
        pattern = self.definition.process or (re.escape(question.name) if question else "")
        return "|".join(_unseen(part) for part in pattern.split("|"))

    def variables(self, sudo: str) -> dict[str, str]:
        """Return what the catalogue's commands refer to."""
        http = self.monitor.check.http
        tls = http.tls if http else self.port in _HTTPS_PORTS
        return {
            "SUDO": sudo.strip(),
            "UNIT": self.installed.service,
            "PROC": self.process,
            "LOG": self.definition.logs(self.family),
            "DATA": " ".join(self.definition.data),
            "CERTIFICATES": "; ".join(self.definition.certificates),
            "LOCAL_PROBE": first_available(self._local_probe),
            "CONFIG_TEST": first_available(self.definition.config_test, sudo),
            "ADDRESS": self.monitor.check.address,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SCHEME": "https" if tls else "http",
        }

    @property
    def _local_probe(self) -> Sequence[str]:
        """Ask as the monitor asks; what needs a port cannot be asked without one."""
        web = unit("web") if self.monitor.check.kind is Kind.HTTP else None
        commands = web.local_probe if web else self.definition.local_probe
        return [line for line in commands if self.port or "$PORT" not in line]

    def command(self, verb: str, sudo: str) -> str:
        """Return the command that starts, stops or restarts the unit on its init system.

        An init script's own restart gives up when its stop fails, so the two are separate steps.
        """
        name = shlex.quote(self.installed.service)
        if self.installed.init is InitSystem.SYSTEMD:
            return f"{sudo}systemctl {verb} {name}.service"
        tool = f"{sudo}service {name}"
        if self.installed.init is InitSystem.SCRIPT:
            tool = f"{sudo}/etc/init.d/{name}"
        return f"{tool} stop; sleep 3; {tool} start" if verb == "restart" else f"{tool} {verb}"


def first_available(commands: Sequence[str], sudo: str = "") -> str:
    """Return a script that runs the first command whose program exists, else exits with 127."""
    if not commands:
        return ""
    tries = [
        f"if command -v {shlex.quote(command.split()[0])} >/dev/null 2>&1; then {sudo}{command}; el"
        for command in commands
    ]
    return "".join(tries) + "se exit 127; fi"


def _unseen(pattern: str) -> str:
    """Put the first letter in brackets: a search for it then does not find itself."""
    return re.sub(r"[A-Za-z0-9/]", lambda letter: f"[{letter[0]}]", pattern, count=1)


def locate(shell: Shell, monitor: Monitor) -> Target | None:
    """Find the monitor's unit on the server; None when none or several of the names are there."""
    definition = unit(monitor.unit)
    if definition is None:
        return None
    releases = "cat /etc/os-release /etc/redhat-release 2>/dev/null; test -e /etc/debian_version"
    told = _ask(shell, f"{releases} && echo ID=debian")
    family = reading.family(told.output)
    wanted = (monitor.service,) if monitor.service else definition.services(family)
    keys = [(monitor.unit, wanted)]
    if not monitor.service:
        keys += [(key, other.services(family)) for key in definition.also if (other := unit(key))]
    found = [_first_installed(shell, key, names) for key, names in keys]
    chosen = choose(candidate for candidate in found if candidate)
    definition = unit(chosen.unit) if chosen else None
    return Target(monitor, definition, chosen, family) if definition and chosen else None


def _first_installed(shell: Shell, key: str, names: Sequence[str]) -> InstalledUnit | None:
    for name in names:
        for service in _matches(shell, name) if "*" in name else [name]:
            if found := inspect(shell, key, service):
                return found
    return None


def _matches(shell: Shell, pattern: str) -> list[str]:
    """Return the one service that a name with wildcards stands for, or nothing."""
    listed = _ask(
        shell,
        f"systemctl list-units --all --plain --no-legend --no-pager {shlex.quote(pattern)}.service;"
        f" ls /etc/init.d",
    )
    words = {word.removesuffix(".service") for word in listed.output.split()}
    found = sorted(word for word in words if fnmatchcase(word, pattern))
    return found if len(found) == 1 else []


def inspect(shell: Shell, key: str, service: str) -> InstalledUnit | None:
    """Return the state of a service by whichever init system knows it, or None."""
    if not _SERVICE_NAME.fullmatch(service) or service.startswith("-"):
        return None
    state = _under_systemd(shell, service)
    if state:
        return InstalledUnit(key, service, InitSystem.SYSTEMD, state)
    for init, tool in (
        (InitSystem.SERVICE, f"service {service}"),
        (InitSystem.SCRIPT, f"/etc/init.d/{service}"),
    ):
        answer = _ask(shell, f"{tool} status")
        state = reading.script_state(answer.exit_status, answer.output)
        if state:
            return InstalledUnit(key, service, init, _unless_disabled(shell, service, state))
    return None


def _under_systemd(shell: Shell, service: str) -> UnitState | None:
    listed = _ask(shell, f"systemctl list-unit-files --no-pager --no-legend {service}.service")
    instance = "@" in service and not service.endswith("@")
    if not instance and not reading.is_listed(service, listed.exit_status, listed.output):
        return None
    wanted = "-p LoadState -p ActiveState -p SubState -p UnitFileState"
    shown = _ask(shell, f"systemctl show {wanted} {service}.service")
    return reading.systemd_state(reading.properties(shown.output))


def _unless_disabled(shell: Shell, service: str, state: UnitState) -> UnitState:
    links = _ask(shell, "ls /etc/rc2.d /etc/rc3.d /etc/rc4.d /etc/rc5.d 2>/dev/null")
    return UnitState.DISABLED if reading.is_disabled(links.output, service) else state


def _ask(shell: Shell, script: str) -> CommandResult:
    return shell.run(wrap(script, {}, _SECONDS), _SECONDS + 2, _LIMIT)
