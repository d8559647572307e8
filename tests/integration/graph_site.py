"""A local system with two customers whose servers have been measured for a year, and a browser."""

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from shutil import which

from playwright.sync_api import Browser, sync_playwright

from infra.local.system import LocalSystem
from toban.domain.check import Check, Kind, Resource, ResourceQuestion
from toban.domain.contract import Contact, Customer, Family, Monitor, Server
from toban.domain.identifier import incident_id
from toban.domain.incident import Incident
from toban.domain.maintenance import Window, window_id
from toban.domain.metrics import Layout, Sample
from toban.domain.packing import packed_buckets
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.rollup import bucket_of
from toban.store import contracts, history, links, maintenance, samples
from toban.store.tables import RollUpItem

NOW = datetime(2026, 11, 23, 10, 3, tzinfo=UTC)
WEB, OTHER, SILENT = "acme.web01", "globex.db01", "globex.new01"
ALICE, BOB = Contact("Alice", "alice@acme.example"), Contact("Bob", "bob@globex.example")
ACME = Customer("acme", "アクメ株式会社", (ALICE,))
GLOBEX = Customer("globex", "Globex Corporation", (BOB,), "en", "Europe/Berlin")
CHROMIUM = which("chromium")
LAYOUT = Layout(("/", "/var"), ("eth0",))
DAY = timedelta(days=1)
_GIB = 2.0**30
_FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
 --disable-component-update --disable-sync --force-color-profile=srgb""".split()


@contextmanager
def system() -> Iterator[LocalSystem]:
    """Start the system and fill its tables; its clock stands at NOW."""
    given = {"SenderAddress": "toban@msp.example", "OperatorAddress": "operator@msp.example"}
    given |= {"ProviderName": "当番監視センター", "ProviderPhone": "03-1234-5678"}
    with LocalSystem(stepped_from=NOW, parameters=given) as running:
        for customer in (ACME, GLOBEX):
            contracts.save_customer(customer)
        for server_id in (WEB, OTHER, SILENT):
            contracts.save_server(_server(server_id))
        for server_id in (WEB, OTHER):
            _fill(server_id)
        _happened(WEB)
        yield running


def urls() -> dict[str, str]:
    """Return a link of each customer, and one to a server that was never measured."""
    readers = {"acme": (WEB, ALICE), "globex": (OTHER, BOB), "silent": (SILENT, BOB)}
    return {name: links.link_to(host, each.mail, NOW) for name, (host, each) in readers.items()}


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a screen."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)


def _server(server_id: str) -> Server:
    questions = (
        ResourceQuestion(Resource.CPU, 90),
        ResourceQuestion(Resource.LOAD, 2.0),
        ResourceQuestion(Resource.MEMORY, 90),
        ResourceQuestion(Resource.DISK, 90, "/var"),
    )
    monitors = tuple(
        Monitor(
            *(f"{server_id}.{each.resource}", str(each.resource), Family.RESOURCE, "", "", 100),
            Check(f"{server_id}.{each.resource}", Kind.RESOURCE, "192.0.2.10", resource=each),
        )
        for each in questions
    )
    return Server(server_id, Plan.RESPOND, ("192.0.2.10",), monitors)


def _fill(server_id: str) -> None:
    """Store two days of samples, a month of half hours and a year of days, with gaps."""
    dice = random.Random(server_id)  # noqa: S311 - the same figures in every run
    begin = NOW.replace(hour=0, minute=0) - DAY
    for slot in range(int((NOW - begin).total_seconds()) // 300 + 1):
        at = begin + timedelta(seconds=300 * slot)
        if not timedelta(hours=7) < NOW - at < timedelta(hours=7, minutes=50):
            samples.keep(server_id, at, Sample(LAYOUT, _figures(at, dice)))
    for back in range(2, 366):
        if not 200 < back < 207:
            _save_day(server_id, NOW.replace(hour=0, minute=0) - back * DAY, dice, back)


def _save_day(server_id: str, day: datetime, dice: random.Random, back: int) -> None:
    step = timedelta(minutes=10 if back < 32 else 180)
    points = [_figures(day + step * place, dice) for place in range(int(DAY / step))]
    rows = {metric: [each[metric] for each in points] for metric in LAYOUT.metrics()}
    halves = {
        metric: [bucket_of(row[place : place + 3]) for place in range(0, len(row), 3)]
        for metric, row in rows.items()
    }
    whole = {metric: [bucket_of(row)] for metric, row in rows.items()}
    kept = {"1day": whole, "30min": halves} if back < 32 else {"1day": whole}
    for name, buckets in kept.items():
        item = RollUpItem(server_id, f"{name}#{day:%Y-%m-%d}", parts=[["/", "/var"], ["eth0"]])
        item.buckets = packed_buckets(LAYOUT, buckets)
        item.expires_at = NOW + 400 * DAY
        item.save()


def _figures(at: datetime, dice: random.Random) -> dict[str, float]:
    """Office hours in Japan are busy; /var grows until it is cleaned, once a month."""
    hour = (at + timedelta(hours=9)).hour + at.minute / 60
    busy = math.exp(-(((hour - 14) / 4.2) ** 2)) * (0.35 if at.weekday() > 4 else 1.0)
    user = 6 + 38 * busy * dice.uniform(0.8, 1.15)
    system, wait = user * 0.28, dice.uniform(0.4, 2.5)
    load = 0.2 + 2.4 * busy * dice.uniform(0.7, 1.3)
    used = (5.2 + 3.5 * busy + dice.uniform(-0.1, 0.1)) * _GIB
    days = (at - datetime(2025, 11, 1, tzinfo=UTC)) / DAY
    received = (1.5 + 55 * busy * dice.uniform(0.6, 1.4)) * 1e6
    return {
        **{"cpu.user": user, "cpu.system": system, "cpu.iowait": wait, "cpu.steal": 0.1},
        **{"cpu.busy": user + system + wait + 0.1, "load.cores": 4.0},
        **{"load.1": load * dice.uniform(0.7, 1.4), "load.5": load, "load.15": load * 0.9},
        **{"memory.total": 16 * _GIB, "memory.used": used, "memory.cached": 4.1 * _GIB},
        **{"memory.available": 15.4 * _GIB - used, "swap.total": 2 * _GIB, "swap.used": 0.1 * _GIB},
        **{"disk.space:/": 31 + days * 0.02, "disk.inodes:/": 8.4 + days * 0.005},
        **{"disk.space:/var": 48 + (days % 30) * 1.35, "disk.inodes:/var": 12.6},
        **{"traffic.received:eth0": received, "traffic.sent:eth0": received * 0.4},
    }


def _happened(server_id: str) -> None:
    """Two incidents and a maintenance window."""
    for began, lasted in ((timedelta(hours=5), 0.6), (9 * DAY, 2.0)):
        opened_at, policy = NOW - began, Policy()
        name = incident_id(server_id, opened_at)
        incident = Incident(name, "acme", server_id, Plan.RESPOND, opened_at, 30, policy)
        history.opening(incident).save()
        history.note_closed(name, opened_at + timedelta(hours=lasted))
    begins = NOW - timedelta(hours=17)
    name = window_id(server_id, begins)
    maintenance.add(Window(name, server_id, begins, begins + timedelta(hours=2), "Alice"))
