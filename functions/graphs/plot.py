"""Where everything of a graph lies: figures become pixels here and nowhere else."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from graphs.glyphs import faces
from graphs.glyphs import width as text_width
from graphs.graph import (
    NARROW,
    Band,
    BandKind,
    Box,
    Curve,
    Graph,
    LegendRow,
    Plot,
    Size,
    Stripe,
    Style,
    Tick,
    Trace,
)
from graphs.scale import level_label, levels, moments, span, told
from graphs.words import words
from toban.domain.rollup import consolidated
from toban.domain.series import Values, measured

LEFT, RIGHT, TOP, FOOT = 76, 16, 36, 26
LEGEND_TOP, ROW_HEIGHT, END = 16, 18, 8
SECOND_LINE = 18
APART = 6
"""Pixels between two labels of times at least."""
_OUT_OF_SIGHT = 4
"""A threshold that is so many times higher than all that was measured does not flatten the
curves.
"""


def plotted(graph: Graph, size: Size = Size()) -> Plot:  # noqa: B008 - frozen
    """Return the graph with every place known, for fields of this size."""
    top_edge = TOP + (SECOND_LINE if size.width < NARROW else 0)
    box = Box(LEFT, top_edge, size.width - LEFT - RIGHT, size.field_height)
    curves = [_fitted(curve, box.width) for curve in graph.curves]
    stacked = _stacked(curves)
    scale = levels(_highest(graph, curves, stacked), graph.unit)
    top = scale[-1]
    spoken = words(graph.locale)
    rows = list(legend(graph)) if size.legend else []
    points = max((len(curve.series) for curve in curves), default=0)
    empty = not any(measured(row) for row in stacked)
    return Plot(
        width=size.width,
        height=box.bottom + FOOT + (LEGEND_TOP + ROW_HEIGHT * len(rows) + END if rows else 0),
        box=box,
        title=graph.title,
        subtitle=graph.subtitle or span(graph.start, graph.end, graph.zone),
        columns=spoken.columns if rows else (),
        across=[
            Tick(_height(value, box, top), level_label(value, top, graph.unit)) for value in scale
        ],
        down=_columns(graph, box, size.width),
        traces=[_trace(*each) for each in zip(curves, stacked, strict=True)],
        points=points,
        per_unit=box.height / top,
        levels=[_height(each.value, box, top) for each in graph.thresholds if each.value <= top],
        stripes=list(_stripes(graph, box)),
        rows=rows,
        remark=spoken.empty if empty else "",
    )


def column_of(at: datetime, start: datetime, end: datetime, box: Box) -> float:
    """Return where a moment lies, in pixels from the left edge, within the field."""
    share = (at - start).total_seconds() / (end - start).total_seconds()
    return box.left + box.width * min(1.0, max(0.0, share))


def _fitted(curve: Curve, width: int) -> Curve:
    size = -(-len(curve.series) // width)
    if size <= 1:
        return curve
    fitted = consolidated(curve.series, size, extremes=curve.envelope)
    return Curve(curve.label, curve.colour, fitted, curve.style, curve.envelope)


def _stacked(curves: Sequence[Curve]) -> list[Values]:
    """Return the values as drawn: those of a stacked curve on top of those before it."""
    below: Values = ()
    drawn: list[Values] = []
    for curve in curves:
        values = curve.series.averages
        if curve.style is Style.STACK:
            values = (
                [
                    None if low is None or own is None else low + own
                    for low, own in zip(below, values, strict=True)
                ]
                if below
                else values
            )
            below = values
        drawn.append(values)
    return drawn


def _highest(graph: Graph, curves: Sequence[Curve], stacked: Sequence[Values]) -> float:
    rows = [*stacked, *(curve.series.maxima for curve in curves if curve.envelope)]
    highest = max((max(measured(row), default=0.0) for row in rows), default=0.0)
    highest = max(highest, graph.ceiling)
    near = [each.value for each in graph.thresholds if each.value <= highest * _OUT_OF_SIGHT]
    return max(highest, *near) if near else highest


def _height(value: float, box: Box, top: float) -> float:
    return box.bottom - value * box.height / top


def _trace(curve: Curve, values: Values) -> Trace:
    series = curve.series
    tinted = curve.envelope and series.maxima is not series.averages
    lows, highs = (series.minima, series.maxima) if tinted else ((), ())
    return Trace(curve.colour, curve.style, values, lows, highs)


def _columns(graph: Graph, box: Box, width: int) -> list[Tick]:
    found = [
        Tick(column_of(at, graph.start, graph.end, box), label, strong)
        for at, label, strong in moments(
            graph.period, graph.start, graph.end, graph.zone, graph.locale
        )
    ]
    return list(_labelled(found, width))


def _labelled(ticks: Sequence[Tick], width: int) -> Iterator[Tick]:
    """Yield the ticks with the labels that have room: those of strong ones, then from the left."""
    taken: list[tuple[float, float]] = []
    placed: dict[int, float] = {}
    for place in sorted(range(len(ticks)), key=lambda each: (not ticks[each].strong, each)):
        label = ticks[place].label
        half = text_width(label, faces()["regular"]) / 2
        middle = min(ticks[place].at, width - half - 2)
        left, right = middle - half - APART, middle + half + APART
        if label and all(right <= first or last <= left for first, last in taken):
            taken.append((left + APART, right - APART))
            placed[place] = middle
    for place, tick in enumerate(ticks):
        if place in placed:
            yield Tick(tick.at, tick.label, tick.strong, placed[place])
        else:
            yield Tick(tick.at, "", tick.strong)


def _stripes(graph: Graph, box: Box) -> Iterator[Stripe]:
    for band in graph.bands:
        if _shown(band, graph):
            left = column_of(band.start, graph.start, graph.end, box)
            right = column_of(band.end or graph.end, graph.start, graph.end, box)
            yield Stripe(left, min(box.right, max(right, left + 1)), band.kind)


def legend(graph: Graph) -> Iterator[LegendRow]:
    """Yield the rows under the axis: curves with their figures, then what is marked."""
    for curve in graph.curves:
        figures = tuple(told(value, graph.unit) for value in curve.series.summary())
        yield LegendRow(curve.label, figures, curve.colour, curve.style)
    for each in graph.thresholds:
        yield LegendRow(f"{each.label} {told(each.value, graph.unit)}", (), style=Style.DASHED)
    for kind in BandKind:
        if any(band.kind is kind and _shown(band, graph) for band in graph.bands):
            yield LegendRow(words(graph.locale).bands[kind], (), kind=kind)


def _shown(band: Band, graph: Graph) -> bool:
    return band.start < graph.end and (band.end is None or band.end > graph.start)
