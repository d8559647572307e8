"""Carries out a procedure of the customer's own (M-2): the agreed steps and nothing else.

It stops at the first step that does not end as agreed, and then undoes the changes that say how,
the last one first. Whether it helped, only the monitor says (P-2).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from respond import guards
from respond.course import Claimant, Course, HeldBackError, RepairAttempt
from respond.guards import GuardAnswer
from respond.redaction import redact
from respond.repair import attempt
from respond.shell import CommandResult, wrap
from respond.steps.entry import log_in
from toban.domain.contract import Monitor, Server
from toban.domain.procedure import STEP_NAMES, Procedure, ProcedureStep, StepKind
from toban.domain.repair import HoldReason, RepairReport, StepName
from toban.domain.runbook import lacks_privilege

_LIMIT = 64 * 1024
_GRACE_SECONDS = 2
_SUDO = 'sudo() { test "$1" = -n && shift; command sudo -n "$@"; }; '
_ROOT = 'sudo() { test "$1" = -n && shift; "$@"; }; '
"""Nobody can type a password, and root, who may log in where sudo is not installed, needs none."""


def carry_out(
    server: Server,
    monitor: Monitor,
    procedure: Procedure,
    secret: Callable[[str], str],
    claim: Claimant,
    now: Callable[[], datetime],
) -> RepairAttempt:
    """Take the steps of the procedure; the report comes back whatever happens on the server."""
    course = Course(server, monitor, secret, claim, now, unit=procedure.name)
    return attempt(course, lambda course: _take(course, procedure))


def after_the_runbook(runbook: RepairReport | None, own: RepairReport) -> RepairReport:
    """Return the report with what the catalogue's runbook did before it: one story for a mail."""
    if runbook is None or not runbook.changed:
        return own
    steps = (*runbook.steps, *own.steps)
    return replace(own, started_at=runbook.started_at, changed=True, steps=steps)


def _take(course: Course, procedure: Procedure) -> None:
    if not procedure.steps:
        raise HeldBackError(HoldReason.NO_RUNBOOK)  # the contract has it no more
    if refused := procedure.objections():
        words = " ".join(each.problem for each in refused)
        course.heed(StepName.OWN_READ, GuardAnswer(HoldReason.LINTER_REFUSED, words))
    course.current = StepName.LOG_IN
    log_in(course)
    course.current = StepName.CHECK_PEOPLE
    course.heed(StepName.CHECK_PEOPLE, guards.people(course.shell))
    made: list[ProcedureStep] = []
    for step in procedure.steps:
        if not _ends_as_agreed(course, procedure, step, made):
            _undo(course, made)
            return


def _ends_as_agreed(
    course: Course, procedure: Procedure, step: ProcedureStep, made: list[ProcedureStep]
) -> bool:
    """Run a step; a reading step that ends otherwise before any change holds the rest back."""
    name = course.current = STEP_NAMES[step.kind]
    if step.kind is StepKind.CHANGE:
        _begin_change(course, procedure)
        made.append(step)
    result = _run(course, step.command, step.timeout_seconds)
    course.acting = None
    passed = step.passed(result.exit_status, result.output)
    course.note(name, passed, _told(step.command, result))
    if passed:
        return True
    if not course.changed:
        raise HeldBackError(HoldReason.STEP_FAILED)
    if made == [step] and lacks_privilege(result.exit_status, result.output):
        course.changed = False
        raise HeldBackError(HoldReason.NO_PRIVILEGE)
    course.failed = True
    return False


def _begin_change(course: Course, procedure: Procedure) -> None:
    """Claim the procedure's changes before the first; from then on the server counts as changed."""
    if not course.changed:
        refusal = course.claim(procedure.name)
        if refusal is not HoldReason.NONE:
            course.heed(StepName.OWN_CHANGE, GuardAnswer(refusal, str(refusal)))
    course.changed, course.acting = True, StepName.OWN_CHANGE


def _undo(course: Course, made: list[ProcedureStep]) -> None:
    for step in reversed(made):
        if step.rollback:
            course.current = StepName.OWN_UNDO
            result = _run(course, step.rollback, step.timeout_seconds)
            passed = result.exit_status == 0
            course.note(StepName.OWN_UNDO, passed, _told(step.rollback, result))


def _run(course: Course, command: str, seconds: int) -> CommandResult:
    script = (_SUDO if course.shell.sudo else _ROOT) + command
    return course.shell.run(wrap(script, {}, seconds), seconds + _GRACE_SECONDS, _LIMIT)


def _told(command: str, result: CommandResult) -> str:
    ending = f"exit status {result.exit_status}"
    if result.exit_status is None:
        ending = "did not end in time"
    return f"$ {redact(command)}\n{ending}\n{result.output}"
