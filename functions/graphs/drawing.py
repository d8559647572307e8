"""One graph as the page shows it: drawn for wide and narrow screens, with its figures beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphs.graph import Box, Graph, LegendRow, Plot, Size
from graphs.plot import legend, plotted
from graphs.scale import told
from graphs.svg import drawn_svg
from graphs.table import TableRow, table_rows
from graphs.words import words
from toban.domain.rollup import consolidated
from toban.domain.series import measured

WIDE, NARROW = Size(800, 220, legend=False), Size(360, 190, legend=False)
_ROOM = 14
"""Pixels above the field that the highest label needs; a heading of the page stands over them."""


@dataclass(frozen=True, slots=True)
class Field:
    """A drawn field: `markup` lies in a viewport of `width` by `height` from `top` on."""

    name: str
    markup: str
    width: int
    top: int
    height: int
    box: Box


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of one graph; `data` are the figures that are shown under the pointer."""

    name: str
    title: str
    measured: bool
    last: str
    most: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    rows: Sequence[LegendRow]
    marks: Sequence[LegendRow]
    curves: tuple[str, ...]
    table: Sequence[TableRow]
    data: dict[str, Any]


def drawing(graph: Graph) -> Drawing:
    """Return the graph as the page shows it."""
    plot, rows = plotted(graph, WIDE), list(legend(graph))
    fields = (_field("wide", plot), _field("narrow", plotted(graph, NARROW)))
    last, most = _in_short(graph)
    known = any(measured(curve.series.averages) for curve in graph.curves)
    return Drawing(
        name=graph.name,
        title=graph.title.partition(" — ")[0],
        measured=known,
        last=last,
        most=most,
        fields=fields if known else (),
        columns=words(graph.locale).columns,
        rows=[row for row in rows if row.figures],
        marks=[row for row in rows if not row.figures],
        curves=tuple(curve.label for curve in graph.curves),
        table=table_rows(graph),
        data=_data(graph, plot),
    )


def _field(name: str, plot: Plot) -> Field:
    """Draw without heading and legend, which the page has as text."""
    top = plot.box.top - _ROOM
    markup = drawn_svg(plot, stands_alone=False)
    return Field(name, markup, plot.width, top, plot.height - top, plot.box)


def _in_short(graph: Graph) -> tuple[str, str]:
    """Return the newest and the highest figure that sum the graph up: of the curves with an
    envelope, the greatest.
    """
    known = [curve for curve in graph.curves if measured(curve.series.averages)]
    named = [curve for curve in known if curve.envelope] or known
    summaries = [curve.series.summary() for curve in named]
    last = max((each.last or 0.0 for each in summaries), default=None)
    most = max((each.highest or 0.0 for each in summaries), default=None)
    return told(last, graph.unit), told(most, graph.unit)


def _data(graph: Graph, plot: Plot) -> dict[str, Any]:
    """Return what the script needs: times in seconds since 1970, figures with seven digits, so that
    they are told as the legend tells them.
    """
    if not graph.curves:
        return {}
    size = -(-len(graph.curves[0].series) // plot.points)
    joined = [consolidated(curve.series, size, extremes=False) for curve in graph.curves]
    return {
        "start": int(graph.start.timestamp()),
        "step": joined[0].step_seconds,
        "points": plot.points,
        "unit": graph.unit,
        "labels": [curve.label for curve in graph.curves],
        "colours": [curve.colour for curve in graph.curves],
        "values": [
            [None if value is None else float(f"{value:.7g}") for value in series.averages]
            for series in joined
        ],
    }
