"""The five graphs of a server as they were at a moment, with what happened behind them."""

from datetime import datetime

from graphs.bands import bands
from graphs.graph import Graph
from graphs.panels import ServerView, panels
from toban.domain.contract import Customer, Server
from toban.domain.series import Period
from toban.store import samples


def server_graphs(server: Server, customer: Customer, period: Period, at: datetime) -> list[Graph]:
    """Return the graphs of the period that ends with `at`: also those of which nothing was
    measured.
    """
    start, _ = period.bounds(at)
    behind = bands(server.server_id, start, at)
    view = ServerView(period, at, customer.zone, customer.locale, behind)
    return panels(server, samples.series(server.server_id, period, at), view)
