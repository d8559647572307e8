"""The rails on every repair: what must hold before anything on a server is changed.

Every decision is put on the incident's record with its rule, so that "why was nothing repaired?"
has an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from toban.domain.repair import HoldReason


class Rail(StrEnum):
    """The rule that a decision rests on."""

    CLEAR = "clear"
    PLAN = "plan"
    KILL_SWITCH = "kill_switch"
    MAINTENANCE = "maintenance"
    HOST_UNREACHABLE = "host_unreachable"
    STORM = "storm"
    DISARMED = "disarmed"
    UNIT_PER_HOUR = "unit_per_hour"
    UNIT_PER_DAY = "unit_per_day"
    SERVER_PER_DAY = "server_per_day"
    COUNTERS_UNREACHABLE = "counters_unreachable"
    NOT_APPROVED = "not_approved"
    DRY_RUN = "dry_run"


HOLDS: dict[Rail, HoldReason] = {
    Rail.PLAN: HoldReason.NO_RUNBOOK,
    Rail.KILL_SWITCH: HoldReason.KILL_SWITCH,
    Rail.MAINTENANCE: HoldReason.IN_MAINTENANCE,
    Rail.HOST_UNREACHABLE: HoldReason.HOST_UNREACHABLE,
    Rail.STORM: HoldReason.STORM,
    Rail.DISARMED: HoldReason.DISARMED,
    Rail.UNIT_PER_HOUR: HoldReason.RESTARTED_RECENTLY,
    Rail.UNIT_PER_DAY: HoldReason.LIMIT_REACHED,
    Rail.SERVER_PER_DAY: HoldReason.LIMIT_REACHED,
    Rail.COUNTERS_UNREACHABLE: HoldReason.COUNTERS_UNREACHABLE,
    Rail.NOT_APPROVED: HoldReason.NOT_APPROVED,
    Rail.DRY_RUN: HoldReason.DRY_RUN,
}
"""What a customer is told when a rail holds a repair back."""

DEFERRED = frozenset({HoldReason.IN_MAINTENANCE, HoldReason.HOST_UNREACHABLE})
"""Holds that end by themselves: the repair is not given up, it waits (toban.domain.deferral)."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rails:
    """The limits, as policy data that a customer's contract may tighten or widen."""

    restarts_per_unit_and_hour: int = 1
    restarts_per_unit_and_day: int = 3
    runs_per_server_and_day: int = 5
    storm_servers: int = 10
    storm_seconds: int = 120
    failures_to_disarm: int = 3
    repairs_to_call: int = 3
    repairs_to_call_days: int = 7
    dry_run: bool = False
    approval: tuple[str, ...] = ()
    approval_seconds: int = 900


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known when a repair is about to begin; times are aware UTC.

    `unit_restarts` and `server_runs` are our own earlier ones, `failing_servers` how many servers
    have begun to fail within the storm's seconds when this one did or by now, this one included.
    """

    plan_allows: bool
    in_maintenance: bool = False
    host_unreachable: bool = False
    killed: bool = False
    disarmed: bool = False
    failing_servers: int = 1
    unit_restarts: Sequence[datetime] = ()
    server_runs: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the repair may run, and the rule that decided."""

    allowed: bool
    rail: Rail


def most_at_once(begun: Sequence[tuple[datetime, str]], moment: datetime, seconds: int) -> int:
    """Return how many servers at most have begun to fail within so many seconds around `moment`.

    `begun` are moments and servers. However late it is asked, a storm that was one at `moment` is
    still one: the collecting and the mails of its own incidents must not let it run out.
    """
    width = timedelta(seconds=seconds)
    starts = {at for at, _ in begun if moment - width <= at <= moment}
    counts = [len({name for at, name in begun if start <= at <= start + width}) for start in starts]
    return max(counts, default=0)


LEAST_APPROVAL_SECONDS = 30
"""A person who is asked has at least so long to answer, or is not asked at all."""
APPROVAL_MARGIN_SECONDS = 30
"""So long before the telephone starts, an approval is not waited for any more."""


def approval_seconds(rails: Rails, cap_seconds: int, elapsed: timedelta) -> int:
    """Return how long a person's yes is waited for, 0 when there is no time to ask.

    When the repair has taken `cap_seconds` people are called about the failure; a later yes would
    cross their work (docs/decisions/0075).
    """
    left = cap_seconds - APPROVAL_MARGIN_SECONDS - int(elapsed.total_seconds())
    seconds = min(rails.approval_seconds, left)
    return seconds if seconds >= LEAST_APPROVAL_SECONDS else 0


def decide(rails: Rails, now: datetime, seen: Circumstances) -> Decision:
    """Return the decision on a repair that would begin now."""
    held = _switches(rails, seen) or _limits(rails, now, seen)
    if held:
        return Decision(False, held)
    return Decision(False, Rail.DRY_RUN) if rails.dry_run else Decision(True, Rail.CLEAR)


def _switches(rails: Rails, seen: Circumstances) -> Rail | None:
    held = {
        Rail.PLAN: not seen.plan_allows,
        Rail.KILL_SWITCH: seen.killed,
        Rail.MAINTENANCE: seen.in_maintenance,
        Rail.HOST_UNREACHABLE: seen.host_unreachable,
        Rail.STORM: seen.failing_servers > rails.storm_servers,
        Rail.DISARMED: seen.disarmed,
    }
    return next((rail for rail, holds in held.items() if holds), None)


def _limits(rails: Rails, now: datetime, seen: Circumstances) -> Rail | None:
    if _since(seen.unit_restarts, now - HOUR) >= rails.restarts_per_unit_and_hour:
        return Rail.UNIT_PER_HOUR
    if _since(seen.unit_restarts, now - DAY) >= rails.restarts_per_unit_and_day:
        return Rail.UNIT_PER_DAY
    if _since(seen.server_runs, now - DAY) >= rails.runs_per_server_and_day:
        return Rail.SERVER_PER_DAY
    return None


def _since(moments: Sequence[datetime], start: datetime) -> int:
    return sum(moment > start for moment in moments)


def disarms(rails: Rails, verified: Sequence[bool]) -> bool:
    """Tell whether a runbook's latest verifications, oldest first, take it out of service."""
    latest = verified[-rails.failures_to_disarm :]
    return len(latest) == rails.failures_to_disarm and not any(latest)


def calls_anyway(rails: Rails, now: datetime, repaired_at: Sequence[datetime]) -> bool:
    """Tell whether a person is called although the repair helped: it has had to help too often."""
    start = now - timedelta(days=rails.repairs_to_call_days)
    return _since(repaired_at, start) >= rails.repairs_to_call
