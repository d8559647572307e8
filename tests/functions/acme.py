"""The customer of these tests: ACME with one web server, and failures of its monitors."""

from datetime import datetime

from toban.domain.check import Check, Kind, Resource, ResourceQuestion
from toban.domain.contract import Access, Contact, Customer, Family, Monitor, Server
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.policy import PORT_PROCESS, RESOURCE, Profile
from toban.domain.suspicion import Suspicion
from toban.store import contracts

SERVER = "acme.web01"
HTTP, MYSQL, LOAD = f"{SERVER}.http", f"{SERVER}.mysql", f"{SERVER}.load"
ALICE = Contact("Alice", "alice@acme.example", "+819000000001")
BOB = Contact("Bob", "bob@acme.example", "+819000000002")


def _port(monitor_id: str, priority: int, unit: str) -> Monitor:
    check = Check(monitor_id, Kind.TCP, "192.0.2.10", 80)
    item = monitor_id.rpartition(".")[2]
    name = f"{item.upper()} ポート監視"
    return Monitor(
        monitor_id, item, Family.PORT, name, item.upper(), priority, check, "rb_unit", unit
    )


def _load() -> Monitor:
    question = ResourceQuestion(Resource.LOAD, threshold=3.0)
    check = Check(LOAD, Kind.RESOURCE, "192.0.2.10", resource=question)
    return Monitor(LOAD, "load", Family.RESOURCE, "ロードアベレージ", "Load average", 111, check)


def sign(plan: Plan = Plan.RESPOND, locale: str = "ja") -> Server:
    """Store ACME's contract and return its server."""
    contracts.save_customer(Customer("acme", "アクメ株式会社", (ALICE, BOB), locale))
    access = Access("192.0.2.10", "root", "/toban/acme/key", ("ssh-ed25519 AAAA",))
    monitors = (_port(HTTP, 70, "nginx"), _port(MYSQL, 50, "mysqld"), _load())
    server = Server(SERVER, plan, ("192.0.2.10",), monitors, access)
    contracts.save_server(server)
    return server


def failing(monitor_id: str, at: datetime) -> Observation:
    """Return a failed probe; a resource is over its threshold, a port refuses."""
    if monitor_id == LOAD:
        return Observation(monitor_id, Reason.OVER_THRESHOLD, at, value=4.2)
    return Observation(monitor_id, Reason.REFUSED, at, evidence="Connection refused")


def confirmed(monitor_id: str, at: datetime) -> Suspicion:
    """Return a suspicion whose last strike was seen at `at`."""
    seen = failing(monitor_id, at)
    profile: Profile = RESOURCE if monitor_id == LOAD else PORT_PROCESS
    return Suspicion(monitor_id, "shard", at, at, profile, profile.strikes_to_confirm, seen)
