"""`toban why MONITOR`: what is known of a monitor, and what decided over its latest failures."""

from argparse import Namespace
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from infra.local.commands.incident import asking
from infra.local.commands.refusal import RefusalError

if TYPE_CHECKING:
    from infra.local.commands.inquiry import Failure, MonitorStanding
    from toban.domain.explanation import Explanation
    from toban.domain.transition import MonitorState

MEANINGS = {
    "paused": "no mail, repair or call until the first good check resumes it (P-6, P-7)",
    "withheld": "told of by that incident's alert; its own mail is not created (P-8)",
    "unknown": "our own side cannot see it; no customer is told (N-8)",
    "confirming": "being checked again before anybody is told (N-4)",
}
"""What a condition that keeps quiet means."""


def show(given: Namespace) -> int:
    """Print how the monitor stands and why its latest failures were told of or not."""
    with asking(given.endpoint, "The records cannot be read from"):
        from infra.local.commands import inquiry

        standing = inquiry.standing(given.monitor)
        failures = inquiry.failures(given.monitor, standing) if standing else []
    if standing is None:
        raise RefusalError(
            f"Nothing is known of the monitor {given.monitor!r}: write its full id, "
            "such as acme.web01.http, as toban up prints it."
        )
    print("\n".join(_of_monitor(given.monitor, standing)))
    for failure in failures[-max(1, given.latest) :]:
        print("\n" + "\n".join(_of_failure(failure)))
    if not failures:
        print("\nNo failure is on record.")
    return 0


def _of_monitor(monitor_id: str, standing: "MonitorStanding") -> Iterable[str]:
    monitor, state = standing.monitor, standing.state
    name = f"{monitor.name('en')}, plan {standing.plan}" if monitor else "not in the contract"
    yield f"{monitor_id}: {name}"
    yield from _of_state(state) if state else ("Now: ok, and has never been anything else",)
    if window := standing.window:
        yield f"In maintenance until {_utc(window.ends_at)}: {window.window_id} (C-5)"


def _of_state(state: "MonitorState") -> Iterable[str]:
    incident = f", incident {state.incident_id}" if state.incident_id else ""
    yield f"Now: {state.condition} since {_utc(state.since)}{incident}"
    if meaning := MEANINGS.get(state.condition):
        yield f"     {meaning}"


def _of_failure(failure: "Failure") -> Iterable[str]:
    yield f"{_utc(failure.at)}  {failure.title}"
    for answer in failure.answers:
        yield _line(answer)


def _line(answer: "Explanation") -> str:
    what = {True: "yes", False: "no"}[answer.happened]
    when = f"{answer.at:%H:%M:%S}Z" if answer.at else ""
    return f"  {answer.topic:<8}{what:<4}{when:<10} {answer.why} ({answer.rule})"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"
