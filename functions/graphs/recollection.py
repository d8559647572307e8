"""Reads a customer's month out of the record: contract, incidents, maintenance, what was unseen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from toban.domain.availability import Lot, Stretch
from toban.domain.contract import Family, Monitor, Server
from toban.domain.incident import Alert
from toban.domain.letters import PROBLEM_MAILS
from toban.domain.maintenance import Window
from toban.domain.month import Month, PastIncident, WatchedMonitor, WatchedServer, bounds
from toban.domain.record import Event
from toban.store import contracts, history, incidents, mails, maintenance, record, sight
from toban.text.measure import item_name

_EARLIER = timedelta(days=35)
"""A pause may reach into the month from an incident that was closed so long before it."""
_DONE = frozenset(
    {
        *("repair", "verified", "failed", "unproven", "roll-back", "refused", "deferred", "rails"),
        *("call", "calls", "paused", "taken-over", "resumed", "disarmed"),
    }
)
"""Events that tell what was done, beside looking and mailing."""
_ALLOWED = "allowed"

Stretches = dict[str, dict[Lot, list[Stretch]]]


def recollect(customer_id: str, month: str, now: datetime) -> Month:
    """Return the month up to its end, or up to `now` while it goes on.

    Nothing that happened after the end is part of it: read again later, it is the same. Raises
    pynamodb's DoesNotExist for a customer whom nobody knows, ValueError for no month.
    """
    customer = contracts.customer(customer_id)
    start, last = bounds(month, customer.zone)
    end = max(start, min(last, now))
    servers = sorted(contracts.servers(customer_id), key=lambda each: each.server_id)
    watched = tuple(_server(each, customer.locale, start, end) for each in servers)
    return Month(
        customer_id, customer.name, customer.locale, customer.zone, month, start, end, watched
    )


def _server(server: Server, locale: str, start: datetime, end: datetime) -> WatchedServer:
    stretches: Stretches = defaultdict(lambda: defaultdict(list))
    told = []
    for past in history.between(server.server_id, start - _EARLIER, end):
        found = _Told(past, end)
        found.add_to(stretches)
        if past.closed_at is None or past.closed_at > start:
            told.append(found.incident())
    for monitor_id, unseen in sight.unknown(server.server_id, start, end).items():
        stretches[monitor_id][Lot.UNKNOWN] += unseen
    for window in maintenance.since(server.server_id, start):
        for each in server.monitors:
            stretches[each.monitor_id][Lot.MAINTENANCE] += _covered(window, each, end)
    return WatchedServer(
        server.server_id,
        server.host,
        server.plan,
        tuple(_monitor(each, locale, stretches) for each in server.monitors),
        tuple(each for each in told if each is not None),
    )


def _monitor(monitor: Monitor, locale: str, stretches: Stretches) -> WatchedMonitor:
    service = monitor.family is not Family.RESOURCE
    lots = {lot: tuple(found) for lot, found in stretches[monitor.monitor_id].items() if found}
    return WatchedMonitor(monitor.monitor_id, item_name(monitor, locale), service, lots)


def _covered(window: Window, monitor: Monitor, end: datetime) -> Iterator[Stretch]:
    """A window that is cancelled or extended after the end was still what it was then."""
    early = [at for at in (window.cancelled_at,) if at is not None and at < end]
    ends = min([window.ends_at, *early])
    if window.concerns(monitor.monitor_id) and window.starts_at < min(ends, end):
        yield Stretch(window.starts_at, ends)


class _Told:
    """What the record says of one incident up to the end of the month."""

    def __init__(self, past: history.Past, end: datetime) -> None:
        self._id = past.incident_id
        self._end = end
        self._closed_at = self._by_then(past.closed_at)
        self._events = [each for each in record.events(self._id) if each.at < end]
        found = incidents.alerts(self._id)
        self._alerts = [alert for alert in found if alert.confirmed_at < end]
        self._recoveries = {
            monitor_id: self._by_then(seen.observed_at if seen else None)
            for monitor_id, seen in incidents.recoveries(self._id).items()
        }

    def _by_then(self, at: datetime | None) -> datetime | None:
        return at if at is not None and at < self._end else None

    def add_to(self, stretches: Stretches) -> None:
        """Add when its monitors were down and when they were paused."""
        for alert in self._alerts:
            lots = stretches[alert.monitor_id]
            paused = self._at("paused", alert.monitor_id)
            lots[Lot.DOWN].append(Stretch(alert.first_failed_at, self._ended(alert, paused)))
            if paused:
                lots[Lot.PAUSED].append(Stretch(paused, self._pause_ended(alert.monitor_id)))

    def _ended(self, alert: Alert, paused: datetime | None) -> datetime | None:
        """When it was well, or nobody was told of it any more."""
        well = self._recoveries.get(alert.monitor_id)
        return min((at for at in (well, paused, self._closed_at) if at), default=None)

    def _pause_ended(self, monitor_id: str) -> datetime | None:
        return self._at("resumed", monitor_id) or self._at("unwatched", monitor_id)

    def _at(self, sort: str, about: str = "") -> datetime | None:
        return _first(e.at for e in self._events if e.sort == sort and about in {"", e.about})

    def incident(self) -> PastIncident | None:
        """Return what is told of it; None where maintenance had begun for all of it (C-5)."""
        if not self._alerts:
            return None
        told = [mail.sent_at for mail in mails.sent(self._id) if mail.kind in PROBLEM_MAILS]
        ended = [self._recoveries.get(alert.monitor_id) for alert in self._alerts]
        well = [at for at in ended if at is not None and not self._at("unwatched")]
        return PastIncident(
            incident_id=self._id,
            monitor_ids=tuple(alert.monitor_id for alert in self._alerts),
            began_at=min(alert.first_failed_at for alert in self._alerts),
            detected_at=min(alert.confirmed_at for alert in self._alerts),
            told_at=self._by_then(_first(at for at in told if at is not None)),
            called_at=self._at("call"),
            repaired_at=self._at("verified"),
            recovered_at=max(well) if len(well) == len(ended) else None,
            done=tuple(_tellable(self._events)),
        )


def _first(moments: Iterable[datetime]) -> datetime | None:
    return min(moments, default=None)


def _tellable(events: Sequence[Event]) -> Iterator[Event]:
    """What the rails allow is told by the work itself; what they hold back is told."""
    for event in events:
        allowed = isinstance(event.detail, dict) and event.detail.get(_ALLOWED)
        if event.sort in _DONE and not (event.sort == "rails" and allowed):
            yield event
