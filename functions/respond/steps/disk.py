"""What fills a disk, and the cleaning that the customer has agreed to in writing (catalogue 5.6).

Only what the sheet lists is touched, and of that only what lies on the full file system.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from respond.course import Course
from respond.guards import GuardAnswer
from respond.shell import CommandResult
from toban.domain.consent import Cleaning, OldFiles, refusal
from toban.domain.repair import HoldReason, StepName
from toban.domain.runbook import lacks_privilege

_CLEAN_SECONDS = 120
USED = 'df -Pk -- "$MOUNT" | tail -n 1'
PLACE = 'df -P -- "$PLACE" 2>/dev/null | tail -n 1'
_USED_COLUMN, _MOUNT_COLUMN = 2, 5

# What changes something: the only such scripts of the duty.
_PACKAGES = """
if command -v apt-get >/dev/null 2>&1; then $SUDO apt-get clean
elif command -v dnf >/dev/null 2>&1; then $SUDO dnf -q clean all
elif command -v yum >/dev/null 2>&1; then $SUDO yum -q clean all
else exit 127; fi
"""
_JOURNAL = "$SUDO journalctl --vacuum-size=200M"
_FILES = """
test "$(readlink -f -- "$FOLDER")" = "$FOLDER" || { echo "$FOLDER leads elsewhere"; exit 3; }
$SUDO find "$FOLDER" -xdev -maxdepth 1 -type f -name "$NAME" -mmin +$((DAYS * 1440)) -print -delete
"""


@dataclass(frozen=True, slots=True)
class _Action:
    """One agreed piece of cleaning: `place` is a folder on the file system that it frees."""

    name: str
    place: str
    script: str
    variables: dict[str, str]


def look_at_disk(course: Course) -> None:
    """Keep what takes the space: large folders, new large files, deleted ones still open."""
    before = len(course.findings)
    course.look("disk", {"MOUNT": _mount(course)})
    told = next((each.output for each in course.findings[before:] if each.name == "du"), "")
    course.note(StepName.LOOK_AT_DISK, True, told)


def clean(course: Course) -> None:
    """Clean what was agreed to, once, and tell how much it freed."""
    actions = [each for each in _agreed(course) if _is_here(course, each)]
    if not actions:
        words = f"nothing that was agreed to lies on {_mount(course)}"
        course.heed(StepName.CLEAN, GuardAnswer(HoldReason.NOTHING_TO_CLEAN, words))
    used = _used(course)
    course.claim_change(StepName.CLEAN)
    course.changed, course.acting = True, StepName.CLEAN
    told = [_carried_out(course, action) for action in actions]
    course.acting = None
    freed = f"{(used - _used(course)) * 1024:,} bytes freed on {_mount(course)}"
    course.note(StepName.CLEAN, not course.failed, "\n".join([freed, *told]))


def _agreed(course: Course) -> Iterator[_Action]:
    consent = course.server.consent
    if Cleaning.PACKAGES in consent.clean:
        yield _Action("packages", "/var/cache", _PACKAGES, {})
    if Cleaning.JOURNAL in consent.clean:
        yield _Action("journal", "/var/log/journal", _JOURNAL, {})
    for files in consent.files:
        if not refusal(files.pattern):
            yield _Action(files.pattern, files.folder, _FILES, _places(files))


def _places(files: OldFiles) -> dict[str, str]:
    return {"FOLDER": files.folder, "NAME": files.name, "DAYS": str(files.days)}


def _carried_out(course: Course, action: _Action) -> str:
    result = course.ask(action.script, _CLEAN_SECONDS, action.variables)
    if result.exit_status == 0:
        return f"{action.name}: {_counted(action, result)}"
    course.failed = True
    refused = lacks_privilege(result.exit_status, result.output)
    return f"{action.name}: {'no right to do this' if refused else result.output[:200]}"


def _counted(action: _Action, result: CommandResult) -> str:
    if action.script is _FILES:
        return f"{len(result.output.splitlines())} files deleted"
    return "cleaned"


def _is_here(course: Course, action: _Action) -> bool:
    columns = course.ask(PLACE, variables={"PLACE": action.place}).output.split()
    return len(columns) > _MOUNT_COLUMN and columns[_MOUNT_COLUMN] == _mount(course)


def _used(course: Course) -> int:
    """Return the used kilobytes of the file system, 0 where the server does not tell."""
    columns = course.ask(USED, variables={"MOUNT": _mount(course)}).output.split()
    told = columns[_USED_COLUMN] if len(columns) > _USED_COLUMN else ""
    return int(told) if told.isdecimal() else 0


def _mount(course: Course) -> str:
    question = course.monitor.check.resource
    return question.subject if question and question.subject else "/"
