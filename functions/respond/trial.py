"""Tries the way into a server as a first response would take it, and changes nothing (C-8).

Logs in with the pinned key, runs `true`, and asks sudo for each command of the runbooks whether it
may be run (`sudo -n -l`), without running it.
"""

import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from respond import guards
from respond.login import ShellError
from respond.shell import Shell, enter, wrap
from respond.target import Target, locate
from toban.catalogue.runbooks import runbook
from toban.domain.access import NO_PRIVILEGE, Tried, Way
from toban.domain.contract import Monitor, Server
from toban.domain.plan import Capability, may
from toban.domain.repair import HoldReason, StepName
from toban.domain.runbook import EntryFailure

_SECONDS = 10
_LIMIT = 4096
_NOT_INSTALLED = 127
_PASSING = frozenset(
    {
        *(EntryFailure.TIMEOUT, EntryFailure.REFUSED, EntryFailure.UNREACHABLE),
        *(EntryFailure.DROPPED, EntryFailure.NAME_UNKNOWN, EntryFailure.NOT_SSH),
    }
)
"""What may be over in a moment, and is tried a second time before it counts."""
_VERBS = (StepName.START, StepName.RESTART, StepName.RELOAD)


@dataclass(frozen=True, slots=True)
class Right:
    """A command that a runbook runs with sudo, and whether sudo would let it."""

    command: str
    granted: bool


def try_ways(server: Server, secret: Callable[[str], str]) -> list[Tried]:
    """Return what became of the login and, where it worked, of the rights; never raises."""
    try:
        return _try(server, secret)
    except ShellError as error:
        if error.failure not in _PASSING:
            return [_fault(error)]
    try:
        return _try(server, secret)
    except ShellError as error:
        return [_fault(error)]


def _fault(error: ShellError) -> Tried:
    return Tried(Way.SSH, error.failure, str(error))


def _try(server: Server, secret: Callable[[str], str]) -> list[Tried]:
    with enter(server, secret) as shell:
        done = shell.run("true", _SECONDS, _LIMIT)
        if done.exit_status != 0:
            raise ShellError(EntryFailure.CHANNEL_REFUSED, done.output.strip()[:200])
        found = [Tried(Way.SSH)]
        return [*found, *_rights(shell, server)]


def _rights(shell: Shell, server: Server) -> Iterator[Tried]:
    """Root needs no rights; a plan without a first response needs none either."""
    if not shell.sudo or not may(server.plan, Capability.REPAIR):
        return
    missing = [right.command for right in rights(shell, server.monitors) if not right.granted]
    yield Tried(Way.SUDO, NO_PRIVILEGE if missing else "", "\n".join(missing))


def rights(shell: Shell, monitors: Iterable[Monitor]) -> list[Right]:
    """Return what the runbooks of the monitors run with sudo, each command once. A service that is
    not found on the server has none.
    """
    wanted: dict[str, Right] = {}
    for monitor in monitors:
        book = runbook(monitor.runbook)
        verbs = [verb for verb in _VERBS if book and verb in book.changes]
        target = locate(shell, monitor) if verbs and monitor.unit else None
        for right in _rights_of(shell, target, verbs) if target else ():
            wanted.setdefault(right.command, right)
    return list(wanted.values())


def _rights_of(shell: Shell, target: Target, verbs: Iterable[StepName]) -> Iterator[Right]:
    for verb in verbs:
        hold = guards.privilege(shell, target, str(verb)).hold
        yield Right(target.command(verb, ""), hold is HoldReason.NONE)
    tests = (_config_test(shell, each) for each in target.definition.config_test)
    yield from [right for right in tests if right][:1]


def _config_test(shell: Shell, command: str) -> Right | None:
    """Ask for the right to test a configuration; None where the program is not installed."""
    program = shlex.quote(command.split(maxsplit=1)[0])
    script = f"command -v {program} >/dev/null 2>&1 || exit {_NOT_INSTALLED}; sudo -n -l {command}"
    asked = shell.run(wrap(script, {}, _SECONDS), _SECONDS + 2, _LIMIT)
    known = asked.exit_status != _NOT_INSTALLED
    return Right(command, asked.exit_status == 0) if known else None
