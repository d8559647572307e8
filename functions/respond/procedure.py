"""The standard restart of a unit (catalogue 5.1), with every guard before it.

It changes one thing at most, once, after a claim that only one run can win; a connection that
breaks is reported and nothing is tried again. Whether it helped, only the monitor says (P-2).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from respond import guards
from respond.diagnostics import examine_unit
from respond.guards import Answer
from respond.login import ShellError
from respond.shell import Shell, enter, wrap
from respond.target import Target, locate
from toban.domain.contract import Monitor, Server
from toban.domain.repair import (
    Finding,
    HoldReason,
    RepairOutcome,
    RepairReport,
    StepName,
    StepReport,
)
from toban.domain.runbook import action, hold_for_entry, hold_for_state, lacks_privilege

RUNBOOK = "rb_unit"
DETAIL_LIMIT = 500
_EVIDENCE_SECONDS = 30.0
_ACT_LIMIT = 1024 * 1024
"""Far more than a start prints: reaching it would cut the command off in the middle."""

Claim = Callable[[], HoldReason]
"""Asked right before the change: NONE grants it, once; anything else is why it may not be made."""


class HeldBackError(Exception):
    """A guard holds the runbook back: nothing has been changed."""

    def __init__(self, hold: HoldReason) -> None:
        super().__init__(str(hold))
        self.hold = hold


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was done, and what was seen at the same time."""

    report: RepairReport
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Course:
    """How far the attempt has come."""

    now: Callable[[], datetime]
    steps: list[StepReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    changed: bool = False
    acting: StepName | None = None
    failed: bool = False

    def note(self, step: StepName, passed: bool, words: str) -> None:
        self.steps.append(StepReport(step, self.now(), passed, words.strip()[:DETAIL_LIMIT]))

    def heed(self, step: StepName, answer: Answer) -> None:
        self.note(step, answer.hold is HoldReason.NONE, answer.words)
        if answer.hold is not HoldReason.NONE:
            raise HeldBackError(answer.hold)


def repair(
    server: Server,
    monitor: Monitor,
    secret: Callable[[str], str],
    claim: Claim,
    now: Callable[[], datetime],
) -> Attempt:
    """Carry out the monitor's runbook; the report comes back whatever happens on the server."""
    course, started_at, hold = _Course(now), now(), HoldReason.NONE
    try:
        _carry_out(server, monitor, secret, claim, course)
    except HeldBackError as held:
        hold = held.hold
    except ShellError as error:
        hold = HoldReason.NONE if course.changed else hold_for_entry(error.failure)
        _note_loss(course, error)
    outcome = RepairOutcome.COMMAND_FAILED if course.failed else RepairOutcome.ACTED
    report = RepairReport(
        monitor_id=monitor.monitor_id,
        unit=monitor.service or monitor.unit,
        outcome=outcome if hold is HoldReason.NONE else RepairOutcome.HELD_BACK,
        started_at=started_at,
        hold=hold,
        changed=course.changed,
        steps=tuple(course.steps),
    )
    return Attempt(report, tuple(course.findings))


def _note_loss(course: _Course, error: ShellError) -> None:
    """A change that was under way when the connection broke has failed as far as we can tell."""
    course.failed = course.acting is not None
    step = StepName.CONFIRM_ACTIVE if course.changed else StepName.LOG_IN
    course.note(course.acting or step, False, str(error))


def _carry_out(
    server: Server,
    monitor: Monitor,
    secret: Callable[[str], str],
    claim: Claim,
    course: _Course,
) -> None:
    if monitor.runbook != RUNBOOK:
        raise HeldBackError(HoldReason.NO_RUNBOOK)
    with enter(server, secret) as shell:
        course.note(StepName.LOG_IN, True, shell.greeting)
        target = _pick(shell, monitor, course)
        _heed_guards(shell, target, course)
        step = action(target.installed.state)
        allowed = guards.privilege(shell, target, str(step))
        if allowed.hold is not HoldReason.NONE:
            course.heed(step, allowed)
        course.findings += examine_unit(shell, target, "unit", _EVIDENCE_SECONDS)
        course.note(StepName.SAVE_EVIDENCE, True, f"{len(course.findings)} findings")
        if (refusal := claim()) is not HoldReason.NONE:
            course.heed(step, Answer(refusal, str(refusal)))
        _act(shell, target, step, course)
        confirmed = guards.confirm_active(shell, target, patiently=not course.failed)
        course.note(StepName.CONFIRM_ACTIVE, *confirmed)


def _pick(shell: Shell, monitor: Monitor, course: _Course) -> Target:
    target = locate(shell, monitor)
    if target is None:
        course.heed(StepName.PICK_UNIT, Answer(HoldReason.UNIT_NOT_FOUND, monitor.unit))
        raise HeldBackError(HoldReason.UNIT_NOT_FOUND)
    installed = target.installed
    course.note(StepName.PICK_UNIT, True, f"{installed.service} ({installed.init})")
    course.heed(StepName.READ_STATE, Answer(hold_for_state(installed.state), installed.state))
    return target


def _heed_guards(shell: Shell, target: Target, course: _Course) -> None:
    answered = guards.local_probe(shell, target)
    if answered.hold is not HoldReason.NONE:
        course.findings += examine_unit(shell, target, "firewall", _EVIDENCE_SECONDS)
    course.heed(StepName.PROBE_LOCALLY, answered)
    course.heed(StepName.CHECK_SPACE, guards.space(shell, target))
    course.heed(StepName.CHECK_PEOPLE, guards.people(shell, target))
    course.heed(StepName.CHECK_PEOPLE, guards.cluster(shell, target))
    course.heed(StepName.TEST_CONFIG, guards.config(shell, target))


def _act(shell: Shell, target: Target, step: StepName, course: _Course) -> None:
    """Start or restart, once. From here on the server counts as changed, whatever comes back."""
    seconds = target.definition.restart_timeout_seconds
    course.changed, course.acting = True, step
    result = shell.run(wrap(target.command(str(step), shell.sudo), {}), seconds, _ACT_LIMIT)
    course.acting = None
    if lacks_privilege(result.exit_status, result.output):
        course.changed = False
        course.heed(step, Answer(HoldReason.NO_PRIVILEGE, result.output))
    course.failed = result.exit_status != 0
    course.note(step, not course.failed, f"{_ending(result.exit_status, seconds)}\n{result.output}")
    if course.failed:
        course.findings += examine_unit(shell, target, "unit", _EVIDENCE_SECONDS)


def _ending(exit_status: int | None, seconds: int) -> str:
    if exit_status is None:
        return f"did not end within {seconds} s"
    return f"exit status {exit_status}" if exit_status else ""
