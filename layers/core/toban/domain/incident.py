"""An incident: one server, the alerts that joined it, and the order of work (clauses N-4 (4),
P-8).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from toban.domain.identifier import ForeignIdError, customer_of
from toban.domain.observation import Observation
from toban.domain.plan import Plan
from toban.domain.policy import Policy

NO_ALERT = -1
"""The priority of an incident without alerts: maintenance has begun for all of them."""

HOST_REACHABILITY = 19
"""The highest priority number that speaks of the host itself, not of a service on it."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One monitor in an incident.

    `first_failed_at` is when the first failing check was made, `confirmed_at` when the rule was
    satisfied.
    """

    monitor_id: str
    priority: int
    first_failed_at: datetime
    confirmed_at: datetime
    observation: Observation


@dataclass(frozen=True, slots=True)
class Incident:
    """The input of an incident execution: readable in the console, without secrets or personal
    data.

    Raises ForeignIdError when its ids are not of one server of one customer: whoever is handed an
    incident may rely on that.
    """

    incident_id: str
    customer_id: str
    server_id: str
    plan: Plan
    opened_at: datetime
    duplicate_wait_seconds: int
    policy: Policy

    def __post_init__(self) -> None:
        own = self.incident_id.startswith(f"{self.server_id}.")
        if not own or customer_of(self.server_id) != self.customer_id:
            raise ForeignIdError(self.incident_id, self.server_id, self.customer_id)


def window_closes_at(opened_at: datetime, duplicate_wait_seconds: int) -> datetime:
    """Return the end of the window in which alerts of the server join; it is fixed, never
    extended.
    """
    return opened_at + timedelta(seconds=duplicate_wait_seconds)


def in_order_of_work(alerts: Iterable[Alert]) -> list[Alert]:
    """Sort by priority, ties by the earliest confirmation (clause P-8, catalogue section 3)."""
    return sorted(alerts, key=lambda alert: (alert.priority, alert.confirmed_at, alert.monitor_id))


def still_open(monitor_id: str, recoveries: Mapping[str, Observation | None]) -> list[str]:
    """Return the monitors that are open as seen from the recovery of `monitor_id`.

    Two alerts may recover in the same check; then one of them counts as the last, always the same
    one, so that exactly one recovery mail of an incident says that all is well.
    """
    mine = _ended(monitor_id, recoveries)
    return [
        other
        for other in recoveries
        if (theirs := _ended(other, recoveries)) is None or (mine is not None and theirs > mine)
    ]


def _ended(
    monitor_id: str, recoveries: Mapping[str, Observation | None]
) -> tuple[datetime, str] | None:
    recovery = recoveries[monitor_id]
    return None if recovery is None else (recovery.observed_at, monitor_id)
