"""CPU of a page of graphs, from a request with a signed link to the compressed answer: python -m
bench.rig.page PERIOD DAYS COUNT.

The tables stand in another process (moto's server at AWS_ENDPOINT_URL), as DynamoDB does.
"""

import math
import sys
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from bench.rig.figures import own_cpu_seconds
from graphs.serve_graphs import handler
from toban import clock
from toban.clients import client
from toban.domain.contract import Contact, Customer, Server
from toban.domain.metrics import Layout, Sample
from toban.domain.plan import Plan
from toban.observability import logger
from toban.store import contracts, links, samples
from toban.store.tables import MODELS

READER = Contact("Alice", "alice@acme.example")
SERVER = Server("acme.web01", Plan.NOTIFY, ("192.0.2.1",), ())
LAYOUT = Layout(("/", "/var"), ("eth0",))
NOW = datetime(2026, 11, 23, 10, 3, tzinfo=UTC)


def fill(days: int) -> None:
    """Store a contract, samples of every metric up to NOW, and their roll-ups."""
    for model in MODELS:
        if not model.exists():
            model.create_table(wait=False)
    contracts.save_customer(Customer("acme", "ACME", (READER,)))
    contracts.save_server(SERVER)
    address = "/toban/graph.links/toban/address"
    client("ssm").put_parameter(Name=address, Value="https://graphs.example", Type="String")
    slots = days * 288
    for slot in range(slots):
        at = NOW - timedelta(seconds=300 * (slots - 1 - slot))
        wave = 30 + 20 * math.sin(slot / 40)
        values = {metric: _figure(metric, wave, slot) for metric in LAYOUT.metrics()}
        samples.keep(SERVER.server_id, at, Sample(LAYOUT, values))
    samples.roll_up(SERVER.server_id, NOW)


def _figure(metric: str, wave: float, slot: int) -> float:
    scales = {"memory": 2.0**28, "swap": 2.0**24, "traffic": 1e6, "load": 0.05}
    return (wave + slot % 7) * scales.get(metric.partition(".")[0], 1.0)


def page(period: str) -> int:
    """Answer a request for the page; return how many octets it is."""
    path = urlsplit(links.link_to(SERVER.server_id, READER.mail, NOW)).path
    answer = handler(
        {
            "rawPath": path,
            "headers": {"accept-encoding": "gzip"},
            "queryStringParameters": {"period": period},
            "requestContext": {"http": {"method": "GET", "path": path}},
        },
        None,
    )
    if answer["statusCode"] != HTTPStatus.OK:
        raise RuntimeError("the page was not shown")
    return len(answer["body"])


def main(period: str, days: int, count: int) -> None:
    """Print the CPU microseconds of one page."""
    clock.use(lambda: NOW)
    logger.setLevel("WARNING")
    fill(days)
    page(period)
    before = own_cpu_seconds()
    for _ in range(count):
        page(period)
    sys.stdout.write(f"{(own_cpu_seconds() - before) / count * 1e6:.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
