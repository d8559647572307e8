"""Carries out a runbook of the catalogue: its steps in their order, each named on the report.

A connection that breaks is reported and nothing is tried again. Whether it helped, only the monitor
says (P-2).
"""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from respond.course import Claimant, Course, EnoughError, HeldBackError, RepairAttempt
from respond.login import ShellError
from respond.steps import STEPS
from toban.catalogue.runbooks import runbook
from toban.domain.contract import Monitor, Server
from toban.domain.repair import HoldReason, RepairOutcome, RepairReport
from toban.domain.runbook import hold_for_entry


def repair(
    server: Server,
    monitor: Monitor,
    secret: Callable[[str], str],
    claim: Claimant,
    now: Callable[[], datetime],
) -> RepairAttempt:
    """Carry out the monitor's runbook; the report comes back whatever happens on the server."""
    return attempt(Course(server, monitor, secret, claim, now), _runbook)


def attempt(course: Course, steps: Callable[[Course], None]) -> RepairAttempt:
    """Take the steps, and report what was done and what held it back."""
    started_at, monitor = course.now(), course.monitor
    hold = _carry_out(course, steps)
    outcome = RepairOutcome.COMMAND_FAILED if course.failed else RepairOutcome.ACTED
    report = RepairReport(
        monitor_id=monitor.monitor_id,
        unit=course.unit,
        outcome=outcome if hold is HoldReason.NONE else RepairOutcome.HELD_BACK,
        started_at=started_at,
        hold=hold,
        changed=course.changed,
        steps=tuple(course.steps),
    )
    return RepairAttempt(report, tuple(course.findings))


def _runbook(course: Course) -> None:
    procedure = runbook(course.monitor.runbook)
    if procedure is None:
        raise HeldBackError(HoldReason.NO_RUNBOOK)
    for name in procedure.steps:
        course.current = name
        STEPS[name](course)


def _carry_out(course: Course, steps: Callable[[Course], None]) -> HoldReason:
    """Return what held the work back; after a change nothing does."""
    try:
        with closing(course):
            steps(course)
    except HeldBackError as held:
        return HoldReason.NONE if course.changed else held.hold
    except EnoughError:
        return HoldReason.NONE
    except ShellError as error:
        return _note_loss(course, error)
    return HoldReason.NONE


def _note_loss(course: Course, error: ShellError) -> HoldReason:
    """A change that was under way when the connection broke has failed as far as we can tell."""
    course.failed = course.failed or course.acting is not None
    course.note(course.acting or course.current, False, str(error))
    return HoldReason.NONE if course.changed else hold_for_entry(error.failure)
