"""A customer's month: what the record says of it, and nothing that came later (N-9)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from toban.domain.availability import Account, Lot, Stretch, account, account_of_server
from toban.domain.identifier import ForeignIdError, customer_of
from toban.domain.plan import Plan
from toban.domain.record import Event
from toban.domain.series import DAY_SECONDS, slot_start

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_SETTLED = timedelta(hours=1)
"""After the end of a day (UTC), until when its samples are rolled up in full."""


@dataclass(frozen=True, slots=True)
class WatchedMonitor:
    """A monitor and the stretches of its month that were not simply well.

    A `service` is a port, a status or a process; a resource over its threshold is no outage.
    """

    monitor_id: str
    name: str
    service: bool
    lots: Mapping[Lot, Sequence[Stretch]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident as far as it had come by the end of the month: the moments that did not come by
    then are None.

    `began_at` is the first failing check, `detected_at` when it was confirmed, `told_at` the first
    mail, `called_at` the first call, `repaired_at` when the monitor confirmed that our work had
    helped. `done` are the events of the record that tell what was done.
    """

    incident_id: str
    monitor_ids: tuple[str, ...]
    began_at: datetime
    detected_at: datetime
    told_at: datetime | None = None
    called_at: datetime | None = None
    repaired_at: datetime | None = None
    recovered_at: datetime | None = None
    done: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchedServer:
    """A server with its monitors and incidents, the earliest first."""

    server_id: str
    host: str
    plan: Plan
    monitors: tuple[WatchedMonitor, ...]
    incidents: tuple[PastIncident, ...] = ()

    def account(self, start: datetime, end: datetime) -> Account:
        """Return the server's account: that of its services."""
        return account_of_server([each.lots for each in self.monitors if each.service], start, end)


@dataclass(frozen=True, slots=True)
class Month:
    """All that a report tells; the same month gives the same report.

    `end` is the end of the month, or before that the moment up to which it is told.
    """

    customer_id: str
    customer: str
    locale: str
    zone: str
    name: str
    start: datetime
    end: datetime
    servers: tuple[WatchedServer, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether the month is told to its end."""
        return self.end == bounds(self.name, self.zone)[1]


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What a mail tells of a month: its title, hosts with their availability in words, and where
    the report is kept: the owner of the evidence, such as acme.report.2026-11. Raises
    ForeignIdError when that is another customer's.
    """

    customer_id: str
    owner: str
    title: str
    incidents: int
    servers: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if customer_of(self.owner) != self.customer_id:
            raise ForeignIdError(self.owner, self.customer_id)


def bounds(month: str, zone: str) -> tuple[datetime, datetime]:
    """Return begin and end of a month such as 2026-11 in the customer's zone, UTC.

    Raises ValueError for anything that is no month.
    """
    if not MONTH.fullmatch(month):
        raise ValueError(f"{month!r} is no month: write it as 2026-11")
    year, number = (int(part) for part in month.split("-"))
    later = (year, number + 1) if number < 12 else (year + 1, 1)  # noqa: PLR2004 - months
    where = ZoneInfo(zone)
    first, last = (datetime(*each, 1, tzinfo=where) for each in ((year, number), later))
    return first.astimezone(UTC), last.astimezone(UTC)


def month_before(at: datetime, zone: str) -> str:
    """Return the month that was over last, such as 2026-10."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.replace(day=1) - timedelta(days=1):%Y-%m}"


def is_settled(month: str, zone: str, now: datetime) -> bool:
    """Tell whether nothing that belongs to the month is still to come: its last day is over also by
    UTC, in which samples are rolled up.
    """
    _, end = bounds(month, zone)
    last_day = slot_start(end - timedelta(microseconds=1), DAY_SECONDS)
    return now >= last_day + timedelta(seconds=DAY_SECONDS) + _SETTLED


def account_of(monitor: WatchedMonitor, month: Month) -> Account:
    """Return the monitor's account of the month."""
    return account(monitor.lots, month.start, month.end)
