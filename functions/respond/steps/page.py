"""Which layer of a web page has failed, and the repair of what stands behind the web server
(catalogue 5.5).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from respond.course import Course, EnoughError, HeldBackError
from respond.guards import GuardAnswer
from respond.steps import surroundings, unit
from toban.domain.check import HttpQuestion
from toban.domain.contract import Monitor
from toban.domain.page import PageFault, judge_page
from toban.domain.repair import HoldReason, StepName

UPSTREAMS = ("php_fpm", "tomcat", "custom")
_STEPS = (
    unit.pick_unit,
    unit.read_state,
    unit.probe_locally,
    surroundings.check_cluster,
    unit.test_config,
    unit.save_evidence,
    unit.restart,
    unit.confirm_active,
)
_ANSWERS = frozenset({HoldReason.ANSWERS_LOCALLY, HoldReason.UNIT_NOT_FOUND})
"""Holds of what stands behind that leave the web server itself to be looked at."""

ASK = r"""
command -v curl >/dev/null 2>&1 || exit 127
for try in $TRIES; do
  test "$try" = 1 || sleep 1
  for HOST in "$ADDRESS" 127.0.0.1; do
    case $HOST in *:*) HOST="[$HOST]" ;; esac
    site=${SITE:-$HOST}
    answer=$(curl -g -sk -i -m 8 --connect-timeout 3 $FOLLOW --resolve "$site:$PORT:$HOST" \
      "$SCHEME://$site:$PORT$TARGET" | head -c 60000 | tr -d '\0')
    test -z "$answer" || break
  done
  case $answer in *" 502 "*|*" 503 "*|*" 504 "*|"") ;; *) break ;; esac
done
printf '%s' "$answer"
"""
LOG = "$SUDO tail -n 5 $LOG 2>/dev/null; exit 0"
_BLOCK = re.compile(r"HTTP/[\d.]+ (\d{3}).*?(?:\n\n|\Z)", re.DOTALL)
_ONCE, _PATIENTLY = "1", "1 2 3 4 5 6 7 8"


@dataclass(frozen=True, slots=True)
class _Page:
    status: int
    fault: PageFault


def ask_page(course: Course) -> None:
    """Ask for the page on the server itself; what is no fault of a service is not restarted."""
    page = _ask(course, _ONCE)
    words = f"status {page.status}" if page.status else "no answer"
    if page.fault is PageFault.NONE:
        course.look("firewall")
        course.heed(StepName.ASK_PAGE, GuardAnswer(HoldReason.ANSWERS_LOCALLY, words))
    if page.fault is PageFault.CONTENT:
        words += f"\n{course.ask(LOG).output}"
        course.heed(StepName.ASK_PAGE, GuardAnswer(HoldReason.CONTENT_FAULT, words))
    course.note(StepName.ASK_PAGE, True, words)


def repair_upstream(course: Course) -> None:
    """Repair what stands behind the web server first, and stop there where that is enough."""
    behind = list(_upstreams(course))
    if not behind or _ask(course, _ONCE).fault is not PageFault.UPSTREAM:
        course.note(StepName.REPAIR_UPSTREAM, True, "nothing behind it has failed")
        return
    for upstream in behind:
        course.note(StepName.REPAIR_UPSTREAM, True, upstream.service or upstream.unit)
        if _repaired(course, upstream) and _ask(course, _PATIENTLY).fault is PageFault.NONE:
            raise EnoughError


def _upstreams(course: Course) -> Iterator[Monitor]:
    """Yield a monitor for each registered service behind the web server, in the order of work."""
    for key in UPSTREAMS:
        found = (each for each in course.server.monitors if each.unit == key)
        by_service = {each.service: each for each in found}
        yield from by_service.values()


def _repaired(course: Course, upstream: Monitor) -> bool:
    """Carry out the standard restart on the upstream; tell whether it was changed."""
    front, target = course.monitor, course.target
    course.monitor = upstream
    try:
        for step in _STEPS:
            step(course)
    except HeldBackError as held:
        if held.hold not in _ANSWERS:
            raise
        return False
    finally:
        course.monitor, course.target = front, target
    return not course.failed


def _ask(course: Course, tries: str) -> _Page:
    question = course.monitor.check.http or HttpQuestion()
    follow = f"-L --max-redirs {question.redirects}" if question.redirects else ""
    variables = {"SITE": question.host, "TARGET": question.path, "FOLLOW": follow, "TRIES": tries}
    result = course.ask(ASK, 60, variables)
    if result.exit_status == 127:  # noqa: PLR2004 - the shell's "no such command"
        course.heed(
            StepName.ASK_PAGE, GuardAnswer(HoldReason.UNSUPPORTED_SYSTEM, "curl is missing")
        )
    status, body = _parted(result.output)
    return _Page(status, judge_page(question, status, body))


def _parted(answer: str) -> tuple[int, str]:
    """Return the status and the body of the last answer; redirects come before it."""
    status = 0
    while block := _BLOCK.match(answer):
        status, answer = int(block[1]), answer[block.end() :]
    return status, answer
