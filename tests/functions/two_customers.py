"""ACME and Globex, two customers of one provider, and all that is stored of one of them."""

from typing import Any

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from tests.functions.acme import confirmed, sign
from tests.functions.conftest import REGION
from tests.unit.acme_sheet import ACME
from toban.domain.check import Check, Kind
from toban.domain.contract import Access, Contact, Customer, Family, Monitor, Server
from toban.domain.identifier import incident_id
from toban.domain.incident import Incident
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.store import contracts, incidents

GLOBEX = (
    ACME.replace("id: acme", "id: globex")
    .replace("name: Acme", "name: Globex")
    .replace("acme.example", "globex.example")
    .replace("/toban/acme/", "/toban/globex/")
    .replace("03-1234-5678", "03-1234-5600")
)
"""A sheet of Globex in which nothing is ACME's but the address: that may be shared."""

EVE = Contact("Eve", "eve@globex.example", "+819000000009")
THEIR_SERVER = "globex.db01"
THEIR_HTTP = f"{THEIR_SERVER}.http"
WORDS = {
    "acme": ("acme", "アクメ", "alice", "bob", "web01", "192.0.2.10"),
    "globex": ("globex", "eve", "db01", "192.0.2.20"),
}
"""What tells of a customer, in small letters."""


def sign_both() -> None:
    """Store the contracts of both."""
    sign()
    contracts.save_customer(Customer("globex", "Globex", (EVE,), "en", "Europe/Berlin"))
    check = Check(THEIR_HTTP, Kind.TCP, "192.0.2.20", 80)
    http = Monitor(THEIR_HTTP, "http", Family.PORT, "HTTP", "HTTP", 70, check, "rb_unit", "nginx")
    access = Access("192.0.2.20", "root", "/toban/globex/key", ("ssh-ed25519 AAAA",))
    contracts.save_server(Server(THEIR_SERVER, Plan.RESPOND, ("192.0.2.20",), (http,), access))


def incident_of(monitor_id: str, at: Any) -> Incident:
    """Open an incident of the monitor's server and close its window."""
    server = contracts.server(monitor_id.rpartition(".")[0])
    name = incident_id(server.server_id, at)
    fresh = Incident(name, server.customer_id, server.server_id, server.plan, at, 30, Policy())
    found = incidents.admit([confirmed(monitor_id, at).alert(70)], "shard", fresh)
    incidents.gather(found.incident_id)
    return found


def stored(customer_id: str) -> list[str]:
    """Return every item and object that is the customer's, as text, in order."""
    found = []
    tables: Any = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables
    for table in tables.values():
        for item in table.all_items():
            written = item.to_json()["Attributes"]
            keys = " ".join(str(each) for each in (written[k] for k in table.table_key_attrs))
            if f"'{customer_id}" in keys:
                found.append(f"{table.name} {sorted(written.items(), key=str)}")
    buckets: Any = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].buckets
    for bucket in buckets.values():
        for key, value in bucket.keys.items():
            if f"/{customer_id}." in key:
                found.append(f"{bucket.name} {key} {value.value!r}")
    return sorted(found)
