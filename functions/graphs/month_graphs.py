"""The graphs of a server's month, from its roll-ups."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from graphs.bands import bands
from graphs.graph import Graph
from graphs.panels import ServerView, panels
from graphs.plot import plotted
from graphs.svg import drawn_svg, style
from toban.domain.contract import Server
from toban.domain.month import Month
from toban.domain.rollup import HALF_HOUR_SECONDS
from toban.domain.series import Period, slot_start
from toban.store import contracts, samples

_DARK = "@media (prefers-color-scheme:dark)"


def light_style() -> str:
    """Return the style of graphs on paper."""
    return "\n".join(line for line in style().splitlines() if not line.startswith(_DARK))


def drawings(month: Month, now: datetime) -> dict[str, list[str]]:
    """Return the SVGs of each server by its id; those of which nothing was measured are left out.

    Days that are over are rolled up before they are read: later the same figures are found.
    """
    return {each.server_id: list(_drawn(each.server_id, month, now)) for each in month.servers}


def _drawn(server_id: str, month: Month, now: datetime) -> Iterator[str]:
    samples.roll_up(server_id, now)
    for graph in _graphs(contracts.server(server_id), month):
        if graph.curves:
            yield drawn_svg(plotted(graph), stands_alone=False)


def _graphs(server: Server, month: Month) -> Iterator[Graph]:
    start, end = _whole_steps(month)
    series = samples.rolled(server.server_id, start, end, HALF_HOUR_SECONDS)
    behind = bands(server.server_id, start, end)
    ended = [replace(each, end=min(each.end or end, end)) for each in behind]
    view = ServerView(Period.MONTH, end, month.zone, month.locale, ended)
    for graph in panels(server, series, view):
        yield replace(graph, start=start, end=end)


def _whole_steps(month: Month) -> tuple[datetime, datetime]:
    """A zone may be a quarter of an hour off the steps."""
    end = slot_start(month.end - timedelta(microseconds=1), HALF_HOUR_SECONDS)
    return (
        slot_start(month.start, HALF_HOUR_SECONDS),
        end + timedelta(seconds=HALF_HOUR_SECONDS),
    )
