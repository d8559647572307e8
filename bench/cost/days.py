"""What comes once a day, once a month and when somebody looks: roll-ups, reports, pages."""

from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.cost.history import fill_day, roll_up_as_before
from bench.cost.meter import Invocation, Meter
from bench.cost.rounds import PARAMETERS
from bench.cost.sheets import Ports, Typical
from bench.cost.storage import item_octets
from infra.local.commands.apply import apply
from infra.local.system import LocalSystem
from toban.domain.check import Check
from toban.domain.policy import Policy
from toban.store import links

BEGINS = datetime(2026, 12, 1, 2, 0, 30, tzinfo=UTC)
LAST_DAY = datetime(2026, 11, 30, tzinfo=UTC)
SERVERS, CUSTOMER = 4, "c0000"
PERIODS = ("day", "week", "month", "year")
_PORTS = Ports(22, 80, 443, 161)
_AT = {"scheduled_at": "2026-12-01T02:00:00Z"}


@dataclass(frozen=True, slots=True)
class Days:
    """`roll_ups` by servers of the shard; `report` of a customer with SERVERS; `views` a page each;
    `octets` of items by table and kind.
    """

    roll_ups: list[tuple[float, Invocation]]
    report: list[Invocation]
    views: list[Invocation]
    octets: dict[str, tuple[int, int]]


def spend_days(assumed: dict[str, Any], folder: Path) -> Days:
    """Let a customer's servers have a month behind them, and do what is then due."""
    [sheet] = Typical({**assumed, "servers_of_a_customer": SERVERS}, _PORTS).sheets(folder, SERVERS)
    system = LocalSystem(stepped_from=BEGINS, parameters=PARAMETERS)
    with system, Meter().installed() as meter:
        shards = apply([sheet], Policy())
        servers = [each.server_id for each in sheet.servers]
        roll_ups = _roll_ups(system, meter, shards, servers)
        system.invoke("ReportMonthFunction", {**_AT, "customer_id": CUSTOMER})
        system.wait_idle()
        report = meter.take()
        for period in PERIODS:
            system.invoke("ServeGraphsFunction", _asked(servers[0], period))
        return Days(roll_ups, report, meter.take(), item_octets(system))


def _roll_ups(
    system: LocalSystem, meter: Meter, shards: dict[str, list[Check]], servers: list[str]
) -> list[tuple[float, Invocation]]:
    """Roll up the last day, with all days before done already, as it is every day."""
    for server_id in servers:
        fill_day(server_id, LAST_DAY)
        roll_up_as_before(server_id, LAST_DAY, BEGINS)
    meter.take()
    system.invoke("RollUpFunction", _AT)
    system.wait_idle()
    rolled = [each for each in meter.take() if "shard" in each.event]
    return [
        (float(each.answer["servers"]), each) for each in rolled if each.event["shard"] in shards
    ]


def _asked(server_id: str, period: str) -> dict[str, Any]:
    path = urlsplit(links.link_to(server_id, f"p0@{CUSTOMER}.example", BEGINS)).path
    return {
        "rawPath": path,
        "headers": {"accept-encoding": "gzip"},
        "queryStringParameters": {"period": period},
        "requestContext": {"http": {"method": "GET", "path": path}},
    }


def octets_of_page(view: Invocation) -> int:
    """Return what the reader's browser receives."""
    body = str(view.answer["body"])
    return len(b64decode(body)) if view.answer.get("isBase64Encoded") else len(body.encode())
