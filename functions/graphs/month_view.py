"""What fills the templates of a month's report, in the customer's words and zone."""

import calendar
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median

from toban.domain.availability import Account, Lot
from toban.domain.month import (
    Month,
    MonthFigures,
    PastIncident,
    WatchedMonitor,
    WatchedServer,
    account_of,
)
from toban.text.moments import moment, rough_moment
from toban.text.plain import one_line
from toban.text.telling import Teller
from toban.text.words import Words, words

View = dict[str, object]
_STAGES = ("told_at", "called_at", "repaired_at", "recovered_at")
_THOUSANDTHS = 1_000


def month_view(month: Month) -> View:
    """Return all that the record tells of the month; graphs are no part of it."""
    spoken = words(month.locale)
    incidents = [each for server in month.servers for each in server.incidents]
    return {
        "locale": spoken.locale,
        "customer": one_line(month.customer),
        "title": _title(month.name, spoken.locale),
        "start": rough_moment(month.start, month.zone),
        "end": rough_moment(month.end, month.zone),
        "whole": month.is_whole,
        "servers": [_server(each, month, spoken) for each in month.servers],
        "incident_count": len(incidents),
        "responses": {stage: _response(incidents, stage, spoken) for stage in _STAGES},
    }


def month_figures(month: Month, owner: str) -> MonthFigures:
    """Return what the mail tells."""
    spoken = words(month.locale)
    none = spoken.say("general", "none")
    told = ((each.host, each.account(month.start, month.end)) for each in month.servers)
    return MonthFigures(
        customer_id=month.customer_id,
        owner=owner,
        title=_title(month.name, spoken.locale),
        incidents=sum(len(each.incidents) for each in month.servers),
        servers=tuple((host, percent(account, none)) for host, account in told),
    )


def percent(account: Account, none: str) -> str:
    """Return the availability to a thousandth, never rounded up: 100 % is said of no outage
    only.
    """
    value = account.availability
    if value is None:
        return none
    return f"{math.floor(value * _THOUSANDTHS) / _THOUSANDTHS:.3f} %"


def _title(name: str, locale: str) -> str:
    year, number = (int(part) for part in name.split("-"))
    return f"{year}年{number}月" if locale == "ja" else f"{calendar.month_name[number]} {year}"


def _server(server: WatchedServer, month: Month, spoken: Words) -> View:
    account = server.account(month.start, month.end)
    return {
        "server_id": server.server_id,
        "host": one_line(server.host),
        "plan": spoken.of(server.plan),
        "account": _row(server.host, account, spoken),
        "monitors": [_monitor(each, month, spoken) for each in server.monitors],
        "incidents": [_incident(each, server, month, spoken) for each in server.incidents],
    }


def _monitor(monitor: WatchedMonitor, month: Month, spoken: Words) -> View:
    row = _row(monitor.name, account_of(monitor, month), spoken)
    return row | {"service": monitor.service}


def _row(name: str, account: Account, spoken: Words) -> View:
    """A resource over its threshold is told in `down` as well; the templates say which it is."""
    none = spoken.say("general", "none")
    lots = {lot.value: _took(account.of(lot), none) for lot in Lot}
    return {"name": one_line(name), "availability": percent(account, none), **lots}


def _took(seconds: float, none: str) -> str:
    """Return hours, minutes and seconds as 12:34:56; a month has more than two digits of hours."""
    return (
        f"{int(seconds) // 3600}:{int(seconds) // 60 % 60:02}:{int(seconds) % 60:02}"
        if seconds
        else none
    )


def _incident(incident: PastIncident, server: WatchedServer, month: Month, spoken: Words) -> View:
    names = {each.monitor_id: each.name for each in server.monitors}
    teller = Teller(spoken, names, discreet=True)
    listed = [names.get(each) or one_line(each.rpartition(".")[2]) for each in incident.monitor_ids]
    return {
        "incident_id": one_line(incident.incident_id),
        "listed": spoken.say("general", "comma").join(listed),
        "began_at": moment(incident.began_at, month.zone),
        "recovered_at": moment(incident.recovered_at, month.zone) if incident.recovered_at else "",
        "took": {stage: _since(incident, stage, spoken) for stage in _STAGES},
        "done": [
            {"at": moment(each.at, month.zone), "what": teller.tell(each)} for each in incident.done
        ],
    }


def _since(incident: PastIncident, stage: str, spoken: Words) -> str:
    seconds = _seconds(incident, stage)
    none = spoken.say("general", "none")
    return none if seconds is None else _took(seconds, "0:00:00")


def _seconds(incident: PastIncident, stage: str) -> float | None:
    """Counted from the confirmation: what N-4 lets pass before it is no slowness of ours."""
    at: datetime | None = getattr(incident, stage)
    return None if at is None else max(0.0, (at - incident.detected_at).total_seconds())


def _response(incidents: Iterable[PastIncident], stage: str, spoken: Words) -> View:
    found = [each for one in incidents if (each := _seconds(one, stage)) is not None]
    none = spoken.say("general", "none")
    return {"count": len(found), "median": _middle(found, none), "longest": _longest(found, none)}


def _middle(found: Sequence[float], none: str) -> str:
    return _took(median(found), "0:00:00") if found else none


def _longest(found: Sequence[float], none: str) -> str:
    return _took(max(found), "0:00:00") if found else none
