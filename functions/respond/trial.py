"""Tries the way into a server as a first response would take it, and changes nothing (C-8).

Logs in with the pinned key, runs `true`, and asks sudo for each command of the runbooks whether it
may be run (`sudo -n -l`), without running it.
"""

import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from respond import guards
from respond.login import ShellError
from respond.shell import Shell, enter, wrap
from respond.target import Target, locate
from toban.catalogue.runbooks import runbook
from toban.domain.access import NO_PRIVILEGE, Right, Trial, Tried, Way
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


def try_ways(server: Server, secret: Callable[[str], str]) -> Trial:
    """Return what became of the login and, where it worked, of the rights; never raises."""
    try:
        return _try(server, secret)
    except ShellError as error:
        if error.failure not in _PASSING:
            return _fault(error)
    try:
        return _try(server, secret)
    except ShellError as error:
        return _fault(error)


def _fault(error: ShellError) -> Trial:
    detail = str(error).partition(": ")[2]
    return Trial((Tried(Way.SSH, error.failure, detail),))


def _try(server: Server, secret: Callable[[str], str]) -> Trial:
    """Root needs no rights; a plan without a first response needs none either."""
    with enter(server, secret) as shell:
        done = shell.run("true", _SECONDS, _LIMIT)
        if done.exit_status != 0:
            raise ShellError(EntryFailure.CHANNEL_REFUSED, done.output.strip()[:200])
        if not shell.sudo or not may(server.plan, Capability.REPAIR):
            return Trial((Tried(Way.SSH),))
        found = tuple(_rights(shell, server.monitors))
    missing = "\n".join(right.command for right in found if not right.granted)
    sudo = Tried(Way.SUDO, NO_PRIVILEGE if missing else "", missing)
    return Trial((Tried(Way.SSH), sudo), found)


def _rights(shell: Shell, monitors: Iterable[Monitor]) -> Iterator[Right]:
    """Yield what the runbooks of the monitors run with sudo, each command once. A service that is
    not found on the server has none.
    """
    wanted: dict[str, Right] = {}
    for monitor in monitors:
        book = runbook(monitor.runbook)
        verbs = [verb for verb in _VERBS if book and verb in book.changes]
        target = locate(shell, monitor) if verbs and monitor.unit else None
        for right in _rights_of(shell, target, verbs) if target else ():
            wanted.setdefault(right.command, right)
    yield from (replace(each, paths=_paths(shell, each.command)) for each in wanted.values())


def _paths(shell: Shell, command: str) -> tuple[str, ...]:
    """Return the parts of a command that sudo runs, each with the path of its program."""
    parts = [part.split() for part in command.split(";") if not part.strip().startswith("sleep")]
    asked = "; ".join(f"command -v {shlex.quote(part[0])}" for part in parts)
    found = shell.run(wrap(asked, {}, _SECONDS), _SECONDS + 2, _LIMIT).output.splitlines()
    known = len(found) == len(parts) and all(path.startswith("/") for path in found)
    programs = found if known else [part[0] for part in parts]
    return tuple(" ".join([path, *part[1:]]) for path, part in zip(programs, parts, strict=True))


def _rights_of(shell: Shell, target: Target, verbs: Iterable[StepName]) -> Iterator[Right]:
    for verb in verbs:
        hold = guards.privilege(shell, target, str(verb)).hold
        yield Right(target.command(verb, ""), hold is HoldReason.NONE)
    commands = (each.partition(" >")[0] for each in target.definition.config_test)
    tests = (_config_test(shell, each) for each in commands)
    yield from [right for right in tests if right][:1]


def _config_test(shell: Shell, command: str) -> Right | None:
    """Ask for the right to test a configuration; None where the program is not installed."""
    program = shlex.quote(command.split(maxsplit=1)[0])
    script = f"command -v {program} >/dev/null 2>&1 || exit {_NOT_INSTALLED}; sudo -n -l {command}"
    asked = shell.run(wrap(script, {}, _SECONDS), _SECONDS + 2, _LIMIT)
    known = asked.exit_status != _NOT_INSTALLED
    return Right(command, asked.exit_status == 0) if known else None
