"""The canary: servers of the provider's own that fail by plan, so that a whole incident is seen to
work once a day.

It is no customer: its id cannot be one, and no list of what is in force holds it. Reports, storms,
access checks and views of customers therefore never see it.
"""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from toban.domain.check import Check, HttpQuestion, Kind
from toban.domain.contract import Contact, Customer, Family, Monitor, Server
from toban.domain.identifier import customer_of
from toban.domain.plan import Plan
from toban.domain.revision import Terms

CUSTOMER_ID = "_canary"
"""Ids of customers begin with a letter or a digit."""

DOWN_FROM = time(1, 30)
DOWN_FOR = timedelta(minutes=12)
"""Failing every day from 01:30 to 01:42 UTC: a failure right after a check is mailed of after 8
minutes (N-6), and a call rings for one.
"""
PHONE_WEEKDAY = 1
"""Tuesday, in working hours where the provider is: 10:30 in Japan."""

_MONITOR, _ITEM = "page", "url_status"
_NAME_JA, _NAME_EN = "カナリア (計画停止による自己診断)", "Canary (planned failure)"
_PRIORITY = 999


class Route(StrEnum):
    """What a canary proves, and the name of its server: mails every day, a call once a week."""

    MAIL = "mail"
    PHONE = "phone"


def is_canary(any_id: str) -> bool:
    """Tell whether a server, monitor or incident is the canary's."""
    return customer_of(any_id) == CUSTOMER_ID


def server_id(route: Route) -> str:
    """Return the id of the route's server."""
    return f"{CUSTOMER_ID}.{route}"


def terms(url: str, mail: str, phone: str) -> Terms:
    """Return what is watched: for each route a page below `url`, an absolute http(s) address that
    ends with "/". No `mail` is no canary, no `phone` (E.164) is none that calls.
    """
    contact = Contact("Canary", mail, phone)
    routes = [Route.MAIL] if mail else []
    routes += [Route.PHONE] if mail and phone else []
    servers = tuple(_server(route, url) for route in routes)
    return Terms(Customer(CUSTOMER_ID, "toban canary", (contact,), locale="en"), servers)


def _server(route: Route, url: str) -> Server:
    place = urlsplit(url)
    tls, host = place.scheme == "https", place.hostname or ""
    name = f"{server_id(route)}.{_MONITOR}"
    question = HttpQuestion(tls=tls, host=host, path=f"{place.path}{route}", highest_status=299)
    check = Check(name, Kind.HTTP, host, place.port or (443 if tls else 80), http=question)
    calls = route is Route.PHONE
    monitor = Monitor(name, _ITEM, Family.STATUS, _NAME_JA, _NAME_EN, _PRIORITY, check, phone=calls)
    plan = Plan.RESPOND if calls else Plan.NOTIFY
    return Server(server_id(route), plan, (host,), (monitor,))


def begins_at(moment: datetime) -> datetime:
    """Return when the failure of that day (UTC) begins."""
    return datetime.combine(moment.astimezone(UTC).date(), DOWN_FROM, UTC)


def fails_on_the_day_of(route: Route, moment: datetime) -> bool:
    """Tell whether the route's server fails on that day (UTC)."""
    return route is Route.MAIL or moment.astimezone(UTC).weekday() == PHONE_WEEKDAY


def is_down(route: Route, now: datetime) -> bool:
    """Tell whether the route's server fails now."""
    begin = begins_at(now)
    return fails_on_the_day_of(route, now) and begin <= now < begin + DOWN_FOR
