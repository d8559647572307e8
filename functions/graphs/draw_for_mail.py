"""Draw what was alerted as it looked at the moment of the incident, and keep it (N-9)."""

from collections.abc import Iterator, Sequence
from typing import Any

from graphs.graph import Graph, Plot
from graphs.plot import plotted
from graphs.png import drawn_png
from graphs.server_graphs import server_graphs
from toban import clock
from toban.domain.contract import Server
from toban.domain.incident import Alert, Incident
from toban.domain.kept_graph import (
    EVIDENCE,
    LARGEST,
    KeptGraph,
    KeptGraphs,
    graphs_to_keep,
    is_sampled,
)
from toban.domain.series import Period
from toban.store import contracts, evidence, record
from toban.store.documents import from_document

_COMMA = {"ja": "、"}
_ROWS = 8
"""Lines of figures under a picture; a server may have many mounts."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "alerts"}; return {"kept": [names of graphs]}.

    The 24 hours end with the opening of the incident: drawn again, the pictures are the same.
    """
    incident = from_document(event["incident"], Incident)
    alerts = from_document(event["alerts"], list[Alert])
    server = contracts.server(incident.server_id)
    if not is_sampled(server):
        return {"kept": []}
    kept = list(_kept(incident, _graphs(incident, server, graphs_to_keep(server, alerts))))
    if kept:
        _note(incident, kept)
    return {"kept": [each.name for each in kept]}


def _graphs(incident: Incident, server: Server, names: Sequence[str]) -> list[Graph]:
    """Return the graphs of these names that have anything to show, in this order."""
    customer = contracts.customer(incident.customer_id)
    found = server_graphs(server, customer, Period.DAY, incident.opened_at)
    by_name = {graph.name: graph for graph in found if graph.curves}
    return [by_name[name] for name in names if name in by_name]


def _kept(incident: Incident, graphs: Sequence[Graph]) -> Iterator[KeptGraph]:
    """Save each picture and yield what is kept of it."""
    for graph in graphs:
        plot = plotted(graph)
        octets = drawn_png(plot)
        if len(octets) > LARGEST:
            continue
        picture = f"graph-{graph.name}.png"
        evidence.save_octets(incident.incident_id, picture, octets, "image/png")
        yield KeptGraph(
            graph.name,
            graph.title,
            tuple(_figures(plot, _COMMA.get(graph.locale, ", "))),
            picture,
            plot.width,
            plot.height,
        )


def _figures(plot: Plot, comma: str) -> Iterator[str]:
    """Yield the legend in words, such as "Total: Last 12 %, Min 3 %, Avg 5 %, Max 80 %"."""
    for row in [row for row in plot.rows if row.kind is None][:_ROWS]:
        told = comma.join(f"{name} {figure}" for name, figure in zip(plot.columns, row.figures))  # noqa: B905 - a threshold has no figures
        yield f"{row.label}: {told}" if told else row.label


def _note(incident: Incident, kept: Sequence[KeptGraph]) -> None:
    key = evidence.save(incident.incident_id, EVIDENCE, KeptGraphs(tuple(kept)))
    detail = {"evidence": key, "graphs": [each.name for each in kept]}
    record.append(incident.incident_id, EVIDENCE, clock.now(), "graphs kept", detail)
