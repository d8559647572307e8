"""The way in, and the second way in when the first one is what has failed."""

from collections.abc import Iterator
from dataclasses import replace

from respond.course import Course, HeldBackError
from respond.login import ShellError
from respond.shell import Shell, enter
from toban.domain.check import AT_PORT
from toban.domain.contract import Server
from toban.domain.repair import StepName
from toban.domain.runbook import EntryFailure, hold_for_entry

_LOGIN_SECONDS = 15.0


def log_in(course: Course) -> None:
    """Enter the server by the registered way (guard g5)."""
    course.note(StepName.LOG_IN, True, course.enter(course.server).greeting)


def enter_elsewhere(course: Course) -> None:
    """Enter by the registered way or by another address of the server (C-1): what has failed may be
    one address only. There is no other channel to a server.
    """
    failed: list[ShellError] = []
    for server in _ways(course.server):
        try:
            shell = course.enter(server)
        except ShellError as error:
            failed.append(error)
            if error.failure is EntryFailure.HOST_KEY_CHANGED:
                break
        else:
            place = f"{server.access.address} port {server.access.port}" if server.access else ""
            course.note(StepName.ENTER_ELSEWHERE, True, f"{shell.greeting} at {place}")
            return
    course.note(StepName.ENTER_ELSEWHERE, False, "\n".join(str(error) for error in failed))
    raise HeldBackError(hold_for_entry(failed[-1].failure))


def confirm_login(course: Course) -> None:
    """Log in where the monitor looks: a greeting alone proves no login (5.2 step 5)."""
    server, check = course.server, course.monitor.check
    if server.access and check.kind in AT_PORT:
        access = replace(server.access, address=check.address, port=check.port)
        server = replace(server, access=access)
    try:
        with _entered(course, server) as shell:
            course.note(StepName.CONFIRM_LOGIN, True, shell.greeting)
    except ShellError as error:
        course.note(StepName.CONFIRM_LOGIN, False, str(error))


def _entered(course: Course, server: Server) -> Shell:
    return enter(server, course.secret, _LOGIN_SECONDS)


def _ways(server: Server) -> Iterator[Server]:
    yield server
    if server.access is None:
        return
    for address in server.addresses:
        if address != server.access.address:
            yield replace(server, access=replace(server.access, address=address))
