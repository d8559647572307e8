"""Draws a plot as SVG: one template, and the paths of the curves."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from graphs.graph import Box, Plot, Style, Trace
from graphs.plot import FOOT, LEGEND_TOP, ROW_HEIGHT
from graphs.templates import template
from toban.domain.series import Values, gapless

_GRAIN = 10
"""Coordinates are told in tenths of a pixel."""

Run = tuple[int, int]
Told = Sequence[str]


def drawn_svg(plot: Plot, *, stands_alone: bool = True) -> str:
    """Return the SVG of the plot.

    Colours are CSS variables (style.css); one that `stands_alone` carries the style itself, with
    light and dark. Otherwise the page does.
    """
    return template("graph.svg.j2").render(
        plot=plot,
        box=plot.box,
        style=style() if stands_alone else "",
        shapes=[_shapes(trace, plot) for trace in _painted_in_order(plot)],
        legend_top=plot.box.bottom + FOOT + LEGEND_TOP,
        row_height=ROW_HEIGHT,
        ends=tuple(plot.width - 16 - 86 * place for place in (3, 2, 1, 0)),
        place=_place,
    )


@cache
def style() -> str:
    """Return the stylesheet of all graphs, for a page that holds several."""
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8").strip()


def _painted_in_order(plot: Plot) -> list[Trace]:
    """Return the stacks from the highest down, each over the one above it, then all others."""
    stacks = [trace for trace in plot.traces if trace.style is Style.STACK]
    return [*reversed(stacks), *(trace for trace in plot.traces if trace.style is not Style.STACK)]


def _shapes(trace: Trace, plot: Plot) -> tuple[str, int, str, str, str]:
    """Return the style, the colour and the paths of line, filled area and envelope."""
    columns = _columns(plot.points, plot.box)
    heights = _heights(trace.values, plot)
    pieces = list(runs(trace.values))
    width = plot.box.width / max(1, plot.points)
    line = "".join(_line(columns, heights, piece, width) for piece in pieces)
    filled = trace.style in {Style.AREA, Style.STACK}
    area = "".join(_area(columns, heights, piece, plot.box) for piece in pieces) if filled else ""
    return trace.style, trace.colour, line, area, _envelope(trace, columns, plot)


def runs(values: Values) -> Iterator[Run]:
    """Yield where points without a gap between them begin and end."""
    if values and gapless(values):
        yield 0, len(values)
        return
    at = 0
    for present, group in groupby(values, lambda value: value is not None):
        size = sum(1 for _ in group)
        if present:
            yield at, at + size
        at += size


def _line(columns: Told, heights: Told, run: Run, width: float) -> str:
    first, last = run
    if last - first == 1:
        left = float(columns[first]) - width / 2
        return f"M{left:.1f} {heights[first]}h{width:.1f}"
    return "M" + _pairs(columns[first:last], heights[first:last])


def _pairs(columns: Told, heights: Told) -> str:
    pairs = [""] * (2 * len(columns))
    pairs[::2], pairs[1::2] = columns, heights
    return " ".join(pairs)


def _area(columns: Told, heights: Told, run: Run, box: Box) -> str:
    first, last = run
    if last - first == 1:
        return ""
    return f"{_line(columns, heights, run, 0)}V{box.bottom}H{columns[first]}Z"


def _envelope(trace: Trace, columns: Told, plot: Plot) -> str:
    if not trace.highs:
        return ""
    highs, lows = _heights(trace.highs, plot), _heights(trace.lows, plot)
    path = ""
    for first, last in runs(trace.highs):
        if last - first > 1:
            back = _pairs(columns[first:last][::-1], lows[first:last][::-1])
            path += f"{_line(columns, highs, (first, last), 0)}L{back}Z"
    return path


def _heights(values: Values, plot: Plot) -> list[str]:
    told, scale = _tenths(plot.box), plot.per_unit * _GRAIN
    if gapless(values):
        return [told[int(value * scale + 0.5)] for value in values]  # type: ignore[operator]
    return ["" if value is None else told[int(value * scale + 0.5)] for value in values]


@lru_cache(maxsize=4)
def _tenths(box: Box) -> tuple[str, ...]:
    """Return the pixels from the upper edge, by the tenths of a pixel above the foot."""
    return tuple(f"{box.bottom - each / _GRAIN:g}" for each in range(box.height * _GRAIN + 1))


@lru_cache(maxsize=16)
def _columns(points: int, box: Box) -> tuple[str, ...]:
    """Return the middle of each point's stretch of time."""
    width = box.width / max(1, points)
    return tuple(_place(box.left + (index + 0.5) * width) for index in range(points))


def _place(at: float) -> str:
    return f"{at:.1f}".removesuffix(".0")
