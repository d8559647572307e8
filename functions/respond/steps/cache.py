"""What is asked before Redis is touched: what it holds may be in its memory only."""

from respond.course import Course
from respond.guards import GuardAnswer
from toban.domain.repair import HoldReason, StepName
from toban.domain.runbook import UnitState, hold_for_cache, keeps_data

ASK = r"""
for HOST in 127.0.0.1 "$ADDRESS"; do
  export HOST
  timeout 4 bash -c 'exec 3<>"/dev/tcp/$HOST/$PORT"; printf "PING\r\n" >&3; head -n 1 <&3' \
    2>/dev/null
done | cut -c 1-200
exit 0
"""
CONFIG = r"""
for file in /etc/redis/redis.conf /etc/redis.conf /etc/valkey/valkey.conf /etc/redis/*.conf; do
  text=$(cat "$file" 2>/dev/null || $SUDO cat "$file" 2>/dev/null) || continue
  echo "read $file"
  echo "$text" | grep -E '^[[:space:]]*(save|appendonly)[[:space:]]'
done | uniq
exit 0
"""


def ask_cache(course: Course) -> None:
    """Leave alone one that answers that it is loading, or refuses writes for a reason it names."""
    said = course.ask(ASK).output
    course.heed(StepName.ASK_CACHE, GuardAnswer(hold_for_cache(said), said or "no answer"))


def check_persistence(course: Course) -> None:
    """Leave alone one whose data a restart would lose, unless the customer has agreed to that.

    What is stopped has lost it already.
    """
    running = course.target.installed.state is UnitState.RUNNING
    agreed = course.server.consent.lose_cache
    said = course.ask(CONFIG).output if running and not agreed else ""
    holds = running and not agreed and not keeps_data(said)
    hold = HoldReason.WOULD_LOSE_DATA if holds else HoldReason.NONE
    words = "agreed" if agreed else said or ("no configuration can be read" if running else "")
    course.heed(StepName.CHECK_PERSISTENCE, GuardAnswer(hold, words))
