"""The steps of the standard restart (catalogue 5.1) on one unit.

A restart is made once at most, after a claim that only one run can win.
"""

from respond import guards
from respond.course import Course, HeldBackError
from respond.guards import GuardAnswer
from respond.shell import wrap
from respond.target import locate
from toban.domain.repair import HoldReason, StepName
from toban.domain.runbook import action, hold_for_state, lacks_privilege

_ACT_LIMIT = 1024 * 1024
"""Far more than a start prints: reaching it would cut the command off in the middle."""


def pick_unit(course: Course) -> None:
    """Find the one unit that the monitor is about."""
    target = locate(course.shell, course.monitor)
    if target is None:
        course.heed(StepName.PICK_UNIT, GuardAnswer(HoldReason.UNIT_NOT_FOUND, course.monitor.unit))
        raise HeldBackError(HoldReason.UNIT_NOT_FOUND)
    installed = target.installed
    course.target = target
    course.note(StepName.PICK_UNIT, True, f"{installed.service} ({installed.init})")


def read_state(course: Course) -> None:
    """Leave alone what somebody masked or disabled."""
    state = course.target.installed.state
    course.heed(StepName.READ_STATE, GuardAnswer(hold_for_state(state), state))


def probe_locally(course: Course) -> None:
    """Leave alone what answers on the server itself, and look at what may be in between."""
    answered = guards.local_probe(course.shell, course.target)
    if answered.hold is not HoldReason.NONE:
        course.look("firewall")
    course.heed(StepName.PROBE_LOCALLY, answered)


def test_config(course: Course) -> None:
    """Leave alone what would not start again."""
    course.heed(StepName.TEST_CONFIG, guards.config(course.shell, course.target))


def save_evidence(course: Course) -> None:
    """Keep what a restart would wipe out."""
    before = len(course.findings)
    for name in ("unit", *course.target.definition.evidence):
        course.look(name)
    course.note(StepName.SAVE_EVIDENCE, True, f"{len(course.findings) - before} findings")


def restart(course: Course) -> None:
    """Start the unit where it is stopped, else restart it."""
    change(course, action(course.target.installed.state))


def change(course: Course, step: StepName) -> None:
    """Start, restart or reload the unit after the claim; without the right nothing is claimed."""
    allowed = guards.privilege(course.shell, course.target, str(step))
    if allowed.hold is not HoldReason.NONE:
        course.heed(step, allowed)
    course.claim_change(step)
    _act(course, step)


def confirm_active(course: Course) -> None:
    """Tell whether the unit runs and answers on the server."""
    patiently = not course.failed
    confirmed = guards.confirm_active(course.shell, course.target, patiently=patiently)
    course.note(StepName.CONFIRM_ACTIVE, *confirmed)


def _act(course: Course, step: StepName) -> None:
    """Send the command, once. From here on the server counts as changed, whatever comes back."""
    target, shell = course.target, course.shell
    seconds = target.definition.restart_timeout_seconds
    before, course.changed, course.acting = course.changed, True, step
    result = shell.run(wrap(target.command(str(step), shell.sudo), {}), seconds, _ACT_LIMIT)
    course.acting = None
    if lacks_privilege(result.exit_status, result.output):
        course.changed = before
        course.heed(step, GuardAnswer(HoldReason.NO_PRIVILEGE, result.output))
    course.failed = result.exit_status != 0
    ending = _ending(result.exit_status, seconds)
    course.note(step, not course.failed, f"{ending}\n{result.output}")
    if course.failed:
        course.look("unit")


def _ending(exit_status: int | None, seconds: int) -> str:
    if exit_status is None:
        return f"did not end within {seconds} s"
    return f"exit status {exit_status}" if exit_status else ""
