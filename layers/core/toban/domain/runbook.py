"""The decisions of the standard restart (catalogue 5.0 and 5.1): what holds it back, what is done.

Each guard takes what was read on the server and returns the reason to change nothing, or NONE.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from toban.domain.repair import HoldReason, StepName

FULL_PERCENT = 100
"""A file system without space or inodes fails every start (catalogue 5.1 step 4)."""


class EntryFailure(StrEnum):
    """Why a server could not be entered, or was lost on the way."""

    NO_ACCESS = "no_access"
    KEY_UNUSABLE = "key_unusable"
    NAME_UNKNOWN = "name_unknown"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    NOT_SSH = "not_ssh"
    INCOMPATIBLE = "incompatible"
    HOST_KEY_CHANGED = "host_key_changed"
    LOGIN_REFUSED = "login_refused"
    CHANNEL_REFUSED = "channel_refused"
    DROPPED = "dropped"


class InitSystem(StrEnum):
    """What starts and stops units: systemd, the `service` command, or the init script itself."""

    SYSTEMD = "systemd"
    SERVICE = "service"
    SCRIPT = "script"


class UnitState(StrEnum):
    """What the init system says of a unit. A unit that runs may still be silent, that is hung."""

    RUNNING = "running"
    STOPPED = "stopped"
    DISABLED = "disabled"
    MASKED = "masked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InstalledUnit:
    """A unit found on the server: `unit` is its key in the catalogue, `service` its name here."""

    unit: str
    service: str
    init: InitSystem
    state: UnitState


@dataclass(frozen=True, slots=True)
class Process:
    """One line of the process list; `terminal` is "" for a process without one."""

    terminal: str
    arguments: tuple[str, ...]


_CHOICE = (UnitState.RUNNING, UnitState.STOPPED, UnitState.UNKNOWN, UnitState.DISABLED)


def choose(installed: Iterable[InstalledUnit]) -> InstalledUnit | None:
    """Return the unit to work on: one that runs, else one that should run, else the first."""
    rank = {state: number for number, state in enumerate(_CHOICE)}
    return min(installed, key=lambda unit: rank.get(unit.state, len(rank)), default=None)


def hold_for_entry(failure: EntryFailure) -> HoldReason:
    """Return the reason to hold back that follows from a login that failed."""
    if failure is EntryFailure.HOST_KEY_CHANGED:
        return HoldReason.HOST_KEY_CHANGED
    return HoldReason.NO_ACCESS if failure is EntryFailure.NO_ACCESS else HoldReason.LOGIN_FAILED


def hold_for_state(state: UnitState) -> HoldReason:
    """Somebody who masked or disabled a unit wants it stopped (5.1 step 2)."""
    holds = {
        UnitState.MASKED: HoldReason.UNIT_MASKED,
        UnitState.DISABLED: HoldReason.UNIT_DISABLED,
        UnitState.UNKNOWN: HoldReason.UNSUPPORTED_SYSTEM,
    }
    return holds.get(state, HoldReason.NONE)


def hold_for_local_answer(answered: bool) -> HoldReason:
    """What answers on the server itself has its fault in the network: no restart (5.1 step 3)."""
    return HoldReason.ANSWERS_LOCALLY if answered else HoldReason.NONE


def hold_for_space(use: Mapping[str, int]) -> HoldReason:
    """`use` is percent of space or inodes by mount point (5.1 step 4)."""
    full = any(percent >= FULL_PERCENT for percent in use.values())
    return HoldReason.DISK_FULL if full else HoldReason.NONE


_INSTALLERS = frozenset({"apt", "apt-get", "aptitude", "dpkg", "yum", "dnf", "rpm", "zypper"})
_INSTALLING = frozenset(
    """install upgrade dist-upgrade full-upgrade update reinstall downgrade remove purge erase
    autoremove upgrade-minimal -i -U -Uvh -ivh -e --install --upgrade --erase --configure --unpack
    """.split()
)
_SERVICE_COMMANDS = frozenset(
    {"service", "systemctl", "chkconfig", "update-rc.d", "initctl", "apachectl", "apache2ctl"}
)
_EDITORS = frozenset({"vi", "vim", "vim.basic", "vim.tiny", "nano", "emacs", "ed", "visudo"})


def somebody_works(process: Process, active_terminals: frozenset[str]) -> bool:
    """Tell whether the process shows work on services, packages or configuration (guard g7).

    On a terminal that was used in the last minutes any such command counts; without a terminal
    (our own session has none) only a package installation that is under way.
    """
    words = [PurePosixPath(word).name for word in process.arguments[:3]]
    if not process.terminal:
        return _installs(words[:2], process.arguments)
    if process.terminal not in active_terminals:
        return False
    commands = set(words)
    scripted = any("/init.d/" in word for word in process.arguments[:3])
    edits = bool(commands & _EDITORS)
    return scripted or edits or bool(commands & (_INSTALLERS | _SERVICE_COMMANDS))


def _installs(words: list[str], arguments: tuple[str, ...]) -> bool:
    return bool(_INSTALLERS.intersection(words)) and bool(_INSTALLING.intersection(arguments))


def hold_for_people(
    processes: Iterable[Process], active_terminals: frozenset[str]
) -> tuple[HoldReason, tuple[Process, ...]]:
    """Nothing is restarted under somebody's hands (guard g7); return also what shows him."""
    busy = tuple(process for process in processes if somebody_works(process, active_terminals))
    return (HoldReason.SOMEBODY_WORKS if busy else HoldReason.NONE), busy


def hold_for_config(exit_status: int | None) -> HoldReason:
    """A configuration with errors would not start again (5.1 step 5).

    127 is the shell's "no such command": the unit has no test on this server. None is a test that
    did not end, which proves nothing good.
    """
    return HoldReason.NONE if exit_status in {0, 127} else HoldReason.CONFIG_ERROR


_REFUSES_WRITES = re.compile(r"\b(?:MISCONF|OOM)\b")
_STILL_LOADING = re.compile(r"\b(?:LOADING|BUSY|MASTERDOWN)\b")


def hold_for_cache(said: str) -> HoldReason:
    """Read what a Redis answered to PING: one that names its trouble is not cured by a restart."""
    if _REFUSES_WRITES.search(said):
        return HoldReason.REFUSES_WRITES
    return HoldReason.STILL_LOADING if _STILL_LOADING.search(said) else HoldReason.NONE


def keeps_data(config: str) -> bool:
    """Tell from the lines "save" and "appendonly" whether a Redis keeps its data on disk.

    A line "read FILE" stands before those of a file. Without any line of the two it keeps them (its
    own default); where no file could be read nothing is known.
    """
    if not config.startswith("read "):
        return False
    rules: list[str] | None = None
    for line in config.splitlines():
        key, *values = line.split() or [""]
        if key == "appendonly" and values == ["yes"]:
            return True
        if key == "save":
            rules = [] if values in (['""'], ["''"]) else [*(rules or []), line]
    return rules is None or bool(rules)


_SUDO_REFUSED = re.compile(
    r"sudo: (?:.{0,60}password|a terminal is required|.{0,60}not found|sorry|unknown user)"
    r"|is not (?:allowed to|in the sudoers)|may not run sudo|permission denied",
    re.IGNORECASE,
)


def lacks_privilege(exit_status: int | None, output: str) -> bool:
    """Tell whether a command that failed did so for want of the right to run it."""
    return exit_status != 0 and bool(_SUDO_REFUSED.search(output))


def hold_for_claim(holds_turn: bool, granted: bool, restarted_recently: bool) -> HoldReason:
    """Return why the restart may not be made now.

    A claim that is refused although no earlier incident restarted the unit was made by this very
    incident: a run before us was cut off after it, and only the monitor can tell what became of it.
    """
    if not holds_turn:
        return HoldReason.TURN_LOST
    if granted:
        return HoldReason.NONE
    return HoldReason.RESTARTED_RECENTLY if restarted_recently else HoldReason.INTERRUPTED


def action(state: UnitState) -> StepName:
    """Stopped: start. Running but silent: one restart (5.1 step 7)."""
    return StepName.RESTART if state is UnitState.RUNNING else StepName.START
