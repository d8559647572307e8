"""CPU of all five graphs of a server, from the table to octets: python -m bench.rig.page PERIOD
COUNT.

The table stands in another process (moto's server at AWS_ENDPOINT_URL), as DynamoDB does.
"""

import math
import sys
from datetime import UTC, datetime, timedelta

from bench.rig.figures import own_cpu_seconds
from graphs.panels import View, panels
from graphs.plot import plotted
from graphs.svg import drawn_svg
from toban.domain.contract import Server
from toban.domain.metrics import Layout, Sample
from toban.domain.plan import Plan
from toban.domain.series import Period
from toban.store import samples
from toban.store.tables import SampleHourItem

SERVER = Server("acme.web01", Plan.NOTIFY, ("192.0.2.1",), ())
LAYOUT = Layout(("/", "/var"), ("eth0",))
NOW = datetime(2026, 11, 23, 10, 3, tzinfo=UTC)


def fill(days: int) -> None:
    """Store samples of every metric up to NOW, and their roll-ups."""
    SampleHourItem.create_table(wait=False)
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


def page(period: Period) -> int:
    """Draw the five graphs; return how many octets they are."""
    view = View(period, NOW)
    found = samples.series(SERVER.server_id, period, NOW)
    return sum(len(drawn_svg(plotted(each)).encode()) for each in panels(SERVER, found, view))


def main(period: str, days: int, count: int) -> None:
    """Print the CPU microseconds of one page."""
    fill(days)
    page(Period(period))
    before = own_cpu_seconds()
    for _ in range(count):
        page(Period(period))
    sys.stdout.write(f"{(own_cpu_seconds() - before) / count * 1e6:.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
