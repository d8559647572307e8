"""Whether a canary's incident went as every incident must: in time, mailed, called of, closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from toban.domain.call import RANG, Outcome
from toban.domain.canary import DOWN_FOR
from toban.domain.policy import Policy, detection_seconds

SCHEDULE_PRECISION = timedelta(seconds=60)
"""A schedule may start anywhere within its minute (EventBridge Scheduler, user guide)."""
LEEWAY = timedelta(seconds=60)
"""What starts of functions and executions, and mails that are tried again, may take together."""


class CanaryFault(StrEnum):
    """What a canary has shown not to work."""

    NOT_WATCHED = "not_watched"
    NO_INCIDENT = "no_incident"
    ALERT_NOT_MAILED = "alert_not_mailed"
    ALERT_MAILED_LATE = "alert_mailed_late"
    END_NOT_MAILED = "end_not_mailed"
    END_MAILED_LATE = "end_mailed_late"
    NOT_CALLED = "not_called"
    CALLS_FAILED = "calls_failed"
    NOT_CLOSED = "not_closed"


@dataclass(frozen=True, slots=True)
class CanaryIncident:
    """What is on record of a canary's incident; None for what has not happened."""

    alert_mailed_at: datetime | None
    end_mailed_at: datetime | None
    closed_at: datetime | None
    calls: tuple[Outcome, ...] = ()


def alert_due(begin: datetime, policy: Policy) -> datetime:
    """Return until when the failure that began then is to be mailed of (N-6)."""
    _, most = detection_seconds(policy.port_process, policy.collect_cap_seconds)
    return begin + timedelta(seconds=most) + SCHEDULE_PRECISION + LEEWAY


def end_due(begin: datetime, policy: Policy) -> datetime:
    """Return until when its end is to be mailed of: the next check sees it (N-4 (7))."""
    interval = timedelta(seconds=policy.port_process.interval_seconds)
    return begin + DOWN_FOR + interval + SCHEDULE_PRECISION + LEEWAY


def faults(
    incident: CanaryIncident | None, begin: datetime, policy: Policy, *, calls: bool
) -> list[CanaryFault]:
    """Return what was wrong with the incident of the failure that began then, nothing when all was
    well. `incident` is None when there was no incident; `calls` says whether people are called.
    """
    if incident is None:
        return [CanaryFault.NO_INCIDENT]
    found = list(_of_mails(incident, begin, policy))
    if calls and not incident.calls:
        found.append(CanaryFault.NOT_CALLED)
    elif calls and not RANG.intersection(incident.calls):
        found.append(CanaryFault.CALLS_FAILED)
    if incident.closed_at is None:
        found.append(CanaryFault.NOT_CLOSED)
    return found


def _of_mails(incident: CanaryIncident, begin: datetime, policy: Policy) -> Iterator[CanaryFault]:
    if incident.alert_mailed_at is None:
        yield CanaryFault.ALERT_NOT_MAILED
    elif incident.alert_mailed_at > alert_due(begin, policy):
        yield CanaryFault.ALERT_MAILED_LATE
    if incident.end_mailed_at is None:
        yield CanaryFault.END_NOT_MAILED
    elif incident.end_mailed_at > end_due(begin, policy):
        yield CanaryFault.END_MAILED_LATE
