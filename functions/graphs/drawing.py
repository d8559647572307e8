"""One graph as the page shows it: drawn for wide and narrow screens, with its figures beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphs.graph import Graph, Plot, Row, Size, Tick
from graphs.plot import FOOT, plotted
from graphs.scale import told
from graphs.svg import drawn_svg
from graphs.table import Line, lines
from toban.domain.rollup import consolidated
from toban.domain.series import measured

WIDE, NARROW = Size(800, 220), Size(360, 190)
_ABOVE = 22
"""Pixels above the field that a heading of the page stands in for."""
_LETTER, _SIGN, _APART = 6.7, 12.0, 8.0


@dataclass(frozen=True, slots=True)
class Field:
    """A drawn field: `markup` lies in a viewport of `width` by `height` from `top` on."""

    name: str
    markup: str
    width: int
    top: int
    height: int
    left: int
    across: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of one graph; `data` are the figures that are shown under the pointer."""

    name: str
    title: str
    measured: bool
    last: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    rows: Sequence[Row]
    curves: tuple[str, ...]
    lines: Sequence[Line]
    data: dict[str, Any]


def drawing(graph: Graph) -> Drawing:
    """Return the graph as the page shows it."""
    plot = plotted(graph, WIDE)
    fields = (_field("wide", plot), _field("narrow", plotted(graph, NARROW)))
    known = any(measured(curve.series.averages) for curve in graph.curves)
    return Drawing(
        name=graph.name,
        title=graph.title.partition(" — ")[0],
        measured=known,
        last=_last(graph),
        fields=fields if known else (),
        columns=plot.columns,
        rows=plot.rows,
        curves=tuple(curve.label for curve in graph.curves),
        lines=lines(graph),
        data=_data(graph, plot),
    )


def _field(name: str, plot: Plot) -> Field:
    """Draw without heading and legend, which the page has as text."""
    box = plot.box
    bare = replace(
        plot, rows=(), columns=(), height=box.bottom + FOOT, down=list(_apart(plot.down))
    )
    markup = drawn_svg(bare, stands_alone=False)
    return Field(name, markup, plot.width, _ABOVE, bare.height - _ABOVE, box.left, box.width)


def _apart(ticks: Sequence[Tick]) -> Iterator[Tick]:
    """Leave out the labels that would touch the one before; where days or months begin they stay
    before others.
    """
    taken: list[tuple[float, float]] = []
    kept: set[int] = set()
    for place, tick in sorted(enumerate(ticks), key=lambda each: not each[1].strong):
        half = (_width(tick.label) + _APART) / 2
        if tick.label and all(tick.at + half <= a or tick.at - half >= b for a, b in taken):
            taken.append((tick.at - half, tick.at + half))
            kept.add(place)
    for place, tick in enumerate(ticks):
        yield tick if place in kept else replace(tick, label="")


def _width(label: str) -> float:
    return sum(_LETTER if sign.isascii() else _SIGN for sign in label)


def _last(graph: Graph) -> str:
    """Return the newest figure that sums the graph up: its highest threshold's own, as a rule."""
    known = [curve for curve in graph.curves if measured(curve.series.averages)]
    named = [curve for curve in known if curve.envelope] or known
    values = [curve.series.summary().last or 0.0 for curve in named]
    return told(max(values), graph.unit) if values else "–"


def _data(graph: Graph, plot: Plot) -> dict[str, Any]:
    """Return what the script needs: times in seconds since 1970, figures with four digits."""
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
            [None if value is None else float(f"{value:.4g}") for value in series.averages]
            for series in joined
        ],
    }
