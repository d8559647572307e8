"""When the response to an alert has to wait: announced maintenance (C-5), or a host that is gone
(P-8, catalogue 3 `preempt` and `suppress`).

A deferred alert keeps its incident. Nothing is repaired and nobody is called for it until the
reason is over; then it is checked again, and what still fails is worked on.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from toban.domain.check import Kind
from toban.domain.contract import Monitor, Server
from toban.domain.maintenance import Window, covering
from toban.domain.transition import Condition, MonitorState


class Deferral(StrEnum):
    """Why the response to an alert waits."""

    MAINTENANCE = "maintenance"
    HOST_UNREACHABLE = "host_unreachable"


@dataclass(frozen=True, slots=True)
class Deferred:
    """Why, by which window or alert, and until when where that is known (aware UTC)."""

    why: Deferral
    by: str
    until: datetime | None = None


def deferred(
    server: Server, monitor: Monitor, standing: Set[str], windows: Iterable[Window], at: datetime
) -> Deferred | None:
    """Return why the response to the monitor's alert waits at `at`, or None.

    `standing` are the server's monitors whose alert is not over.
    """
    window = covering(windows, monitor.monitor_id, at)
    if window is not None:
        return Deferred(Deferral.MAINTENANCE, window.window_id, window.ends_at)
    host = next((each for each in monitor.parents if _is_host(server, each, standing)), "")
    return Deferred(Deferral.HOST_UNREACHABLE, host) if host else None


def _is_host(server: Server, monitor_id: str, standing: Set[str]) -> bool:
    return monitor_id in standing and server.monitor(monitor_id).check.kind is Kind.ALIVE


def is_standing(state: MonitorState) -> bool:
    """Tell whether an alert is not over; one that nobody was reached for is not (P-6)."""
    if state.condition is Condition.PAUSED:
        return True
    return state.condition is Condition.ALERTED and state.recovery is None


def of_round(name: str, number: int, sign: str = ".") -> str:
    """Return the name of a thing that each round of an incident's response has: the first round's
    is the plain one.
    """
    return name if number == 1 else f"{name}{sign}{number}"
