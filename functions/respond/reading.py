"""Reads what servers answer. Nothing is taken for granted: what cannot be read is not there."""

import re
from collections.abc import Mapping

from toban.domain.runbook import Process, UnitState

_STOPPED = re.compile(
    r"\bstop/waiting\b|\bis down\b|\bnot running\b|\bstopped\b|\bdead\b|\binactive\b"
)
_RUNNING = re.compile(r"\bstart/running\b|\b(?:is )?running\b|\bis alive\b|\bactive\b")
_NOT_RECOGNISED = re.compile(
    r"unrecognized service|unknown (?:job|service|instance)|not-found|could not be found"
    r"|no such file|command not found|: not found|not loaded",
    re.IGNORECASE,
)
_NO_SUCH_COMMAND = frozenset({126, 127})
_NOT_SYSTEMD = re.compile(r"not been booted with systemd|Failed to (?:connect|get D-Bus)")
_LSB_STOPPED = frozenset({1, 2, 3})
"""Exit statuses of an init script's "status" for a stopped program (LSB, Init Script Actions)."""


def properties(output: str) -> dict[str, str]:
    """Return NAME=value lines, as `systemctl show` and /etc/os-release print them."""
    pairs = (line.partition("=") for line in output.splitlines() if "=" in line)
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def family(output: str) -> str:
    """Return deb, el6, el7 or "" from the server's release files."""
    told = properties(output)
    words = f"{told.get('ID', '')} {told.get('ID_LIKE', '')}".lower().split()
    if {"debian", "ubuntu"} & set(words):
        return "deb"
    if {"rhel", "fedora", "centos", "amzn"} & set(words):
        return "el7"
    if re.search(r"release [3-6]\b", output):
        return "el6"
    return "el7" if "release" in output else ""


def is_listed(service: str, exit_status: int | None, output: str) -> bool:
    """Tell whether `systemctl list-unit-files` knows the unit; old ones exit 0 without any."""
    if exit_status != 0 or _NOT_SYSTEMD.search(output):
        return False
    return any(line.split()[:1] == [f"{service}.service"] for line in output.splitlines())


def systemd_state(shown: Mapping[str, str]) -> UnitState | None:
    """Return the state from `systemctl show`, None when systemd does not answer."""
    file_state = shown.get("UnitFileState", "")
    if shown.get("LoadState") == "masked" or file_state.startswith("masked"):
        return UnitState.MASKED
    active = shown.get("ActiveState", "")
    if not active or shown.get("LoadState") == "not-found":
        return None
    if file_state == "disabled":
        return UnitState.DISABLED
    if shown.get("SubState") == "auto-restart":
        return UnitState.STOPPED
    running = active in {"active", "reloading", "activating", "deactivating"}
    return UnitState.RUNNING if running else UnitState.STOPPED


def script_state(exit_status: int | None, output: str) -> UnitState | None:
    """Return the state from an init script's "status", None when there is no such service."""
    if exit_status in _NO_SUCH_COMMAND or (exit_status != 0 and _NOT_RECOGNISED.search(output)):
        return None
    if _STOPPED.search(output) or exit_status in _LSB_STOPPED:
        return UnitState.STOPPED
    if exit_status == 0 or _RUNNING.search(output):
        return UnitState.RUNNING
    return UnitState.UNKNOWN


def is_disabled(links: str, service: str) -> bool:
    """Tell from the names in /etc/rc?.d whether the service is kept from starting at boot."""
    found = re.findall(rf"(?m:^|/)([SK])\d\d{re.escape(service)}$", links, re.MULTILINE)
    return bool(found) and "S" not in found


def use(output: str) -> dict[str, int]:
    """Return percent used by mount point from `df -P` and `df -Pi`, the higher of the two."""
    used: dict[str, int] = {}
    for line in output.splitlines():
        match = re.search(r"\s(\d{1,3})%\s+(/\S*)$", line.rstrip())
        if match:
            used[match[2]] = max(int(match[1]), used.get(match[2], 0))
    return used


def processes(output: str) -> list[Process]:
    """Return the processes of `ps -eo tty=,args=`."""
    found = []
    for line in output.splitlines():
        terminal, *arguments = line.split()[:12] or [""]
        if arguments:
            found.append(Process("" if terminal in {"?", "-"} else terminal, tuple(arguments)))
    return found


def terminals(output: str) -> frozenset[str]:
    """Return terminals as ps names them, from their paths below /dev."""
    paths = (line.strip() for line in output.splitlines())
    return frozenset(path.removeprefix("/dev/") for path in paths if path.startswith("/dev/"))
