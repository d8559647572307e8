"""Answer a link to graphs: the page of one server, or the figures of one graph as CSV (N-9).

A GET changes nothing, so that mail scanners may follow links as they like. Whatever is wrong with
an address, the answer is one and the same.
"""

from datetime import datetime
from typing import Any

from graphs import answer
from graphs.graph import Graph
from graphs.link import Pass, opened_by
from graphs.page import gone, page
from graphs.server_graphs import server_graphs
from graphs.table import csv
from toban import clock
from toban.domain.series import Period
from toban.observability import logger

_BEFORE = "/g/"
_METHODS = {"GET", "HEAD"}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take a request of the function's URL: /g/<token>?period=day|week|month|year&csv=<graph>."""
    method = event["requestContext"]["http"]["method"]
    found = _answer(event, clock.now()) if method in _METHODS else None
    told = found or _not_found(_gzipped(event))
    return answer.without_body(told) if method == "HEAD" else told


def _answer(event: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    before, _, token = event["rawPath"].rpartition("/")
    admitted = opened_by(token, now) if f"{before}/" == _BEFORE else None
    asked = event.get("queryStringParameters") or {}
    period, name = asked.get("period", Period.DAY), asked.get("csv")
    if admitted is None or period not in set(Period):
        return None
    logger.info(
        "graphs shown",
        extra={"server_id": admitted.server.server_id, "recipient": admitted.link.recipient},
    )
    graphs = server_graphs(admitted.server, admitted.customer, Period(period), now)
    if name is not None:
        return _csv(graphs, name, admitted, _gzipped(event))
    made = page(graphs, admitted, Period(period), now)
    return answer.page(made.html, _gzipped(event), style=made.style, script=made.script)


def _csv(graphs: list[Graph], name: str, admitted: Pass, gzipped: bool) -> dict[str, Any] | None:
    for graph in graphs:
        if graph.name == name:
            kept = f"{admitted.server.server_id}-{name}-{graph.period}-{graph.end:%Y%m%d}.csv"
            return answer.download(csv(graph), kept, gzipped)
    return None


def _not_found(gzipped: bool) -> dict[str, Any]:
    made = gone()
    return answer.page(made.html, gzipped, status=404, style=made.style)


def _gzipped(event: dict[str, Any]) -> bool:
    """Tell whether the browser takes gzip; header names come in lower case."""
    offered = event.get("headers", {}).get("accept-encoding", "")
    return "gzip" in offered.lower()
