"""What is asked before a database is touched (catalogue 5.4): a restart can destroy what a crash
has spared. Nothing is ever killed, no file of theirs is ever removed.
"""

from respond.course import Course
from respond.guards import GuardAnswer
from toban.domain.database import damage, is_crowded, is_recovering
from toban.domain.repair import HoldReason, StepName
from toban.domain.runbook import UnitState

RECOVERY_SECONDS = 600
"""How long a recovery after a crash is waited for (catalogue 5.4: at most 10 minutes)."""

_LAST_LINES = 20

LOG = r"""
for file in $LOG; do
  test -n "$(find "$file" -maxdepth 0 -mmin +1440 2>/dev/null)" || $SUDO tail -n 200 "$file"
done 2>/dev/null
$SUDO journalctl -u "$UNIT" --since -1day --no-pager -q -n 200 2>/dev/null
exit 0
"""
"""Of the last day only: an old log tells of an old crash."""

CONNECTIONS = r"""
for HOST in 127.0.0.1 "$ADDRESS"; do
  mysqladmin --connect-timeout=4 -h "$HOST" -P "$PORT" ping 2>&1 | head -n 3
done
exit 0
"""
ROLE = r"""
for part in $DATA; do
  $SUDO find "$part" -maxdepth 3 -type f 2>/dev/null |
    grep -E '/(master[.]info|relay-log[.]info|standby[.]signal|recovery[.]conf)$'
done
grep -rhsE '^[[:space:]]*(super_)?read[_-]only' /etc/my.cnf /etc/my.cnf.d /etc/mysql
exit 0
"""
AWAIT = r"""
while sleep 3; do
  for HOST in 127.0.0.1 "$ADDRESS"; do
    (eval "$LOCAL_PROBE") >/dev/null 2>&1 && { echo "$UNIT answers again"; exit 0; }
  done
done
"""


def count_connections(course: Course) -> None:
    """Leave alone what is merely crowded: a restart throws out everybody and cures nothing."""
    words = course.ask(CONNECTIONS).output
    if course.target.installed.state is UnitState.RUNNING:
        words += "\n" + "\n".join(_log(course).splitlines()[-_LAST_LINES:])
    if not is_crowded(words):
        course.note(StepName.COUNT_CONNECTIONS, True, "")
        return
    course.look("connections")
    told = [line for line in words.splitlines() if is_crowded(line)]
    answer = GuardAnswer(HoldReason.TOO_MANY_CONNECTIONS, "\n".join(told[:3]))
    course.heed(StepName.COUNT_CONNECTIONS, answer)


def read_role(course: Course) -> None:
    """Tell whether it looks like a replica, for those who decide what comes next."""
    found = course.ask(ROLE).output
    course.note(StepName.READ_ROLE, True, found or "no sign of a replica")


def read_damage(course: Course) -> None:
    """Leave damaged data to people."""
    told = damage(_log(course))
    hold = HoldReason.DATA_DAMAGED if told else HoldReason.NONE
    course.heed(StepName.READ_DAMAGE, GuardAnswer(hold, told or "none in the log of the last day"))


def await_recovery(course: Course) -> None:
    """Wait for a recovery that is under way: a restart would begin it anew."""
    running = course.target.installed.state is UnitState.RUNNING
    if not running or not is_recovering(_log(course)):
        course.note(StepName.AWAIT_RECOVERY, True, "none under way")
        return
    ended = course.ask(AWAIT, RECOVERY_SECONDS).exit_status == 0
    hold = HoldReason.RECOVERED if ended else HoldReason.RECOVERING
    words = "it has ended" if ended else f"still under way after {RECOVERY_SECONDS} s"
    course.heed(StepName.AWAIT_RECOVERY, GuardAnswer(hold, words))


def read_log(course: Course) -> None:
    """Tell what it says of its start."""
    last = "\n".join(_log(course).splitlines()[-8:])
    course.note(StepName.READ_LOG, True, last)


def _log(course: Course) -> str:
    return course.ask(LOG).output
