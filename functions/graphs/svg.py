"""Draws a plot as SVG: one template, and the paths of the curves."""

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from graphs.graph import Box, Heights, Plot, Style, Trace
from graphs.plot import FOOT, LEGEND_TOP, ROW_HEIGHT

_GRAIN = 10
"""Coordinates are told in tenths of a pixel."""

Run = tuple[int, int]


def drawn_svg(plot: Plot, *, stands_alone: bool = True) -> str:
    """Return the SVG of the plot.

    Colours are CSS variables (style.css); one that `stands_alone` carries the style itself, with
    light and dark. Otherwise the page does.
    """
    return _template().render(
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


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("graph.svg.j2")


def _painted_in_order(plot: Plot) -> list[Trace]:
    """Return the stacks from the highest down, each over the one above it, then all others."""
    stacks = [trace for trace in plot.traces if trace.style is Style.STACK]
    return [*reversed(stacks), *(trace for trace in plot.traces if trace.style is not Style.STACK)]


def _shapes(trace: Trace, plot: Plot) -> tuple[str, int, str, str, str]:
    """Return the style, the colour and the paths of line, filled area and envelope."""
    columns = _columns(plot.points, plot.box)
    heights = _told(trace.heights, plot.box)
    pieces = list(runs(trace.heights))
    half = plot.box.width / max(1, plot.points)
    line = "".join(_line(columns, heights, piece, half) for piece in pieces)
    filled = trace.style in {Style.AREA, Style.STACK}
    area = "".join(_area(columns, heights, piece, plot.box) for piece in pieces) if filled else ""
    return trace.style, trace.colour, line, area, _envelope(trace, columns, plot.box)


def runs(heights: Heights) -> Iterator[Run]:
    """Yield where points without a gap between them begin and end."""
    if heights and None not in heights:
        yield 0, len(heights)
        return
    at = 0
    for present, group in groupby(heights, lambda height: height is not None):
        size = sum(1 for _ in group)
        if present:
            yield at, at + size
        at += size


def _line(columns: tuple[str, ...], heights: list[str], run: Run, width: float) -> str:
    first, last = run
    if last - first == 1:
        left = float(columns[first]) - width / 2
        return f"M{left:.1f} {heights[first]}h{width:.1f}"
    pairs = zip(columns[first:last], heights[first:last], strict=True)
    return "M" + " ".join([f"{column} {height}" for column, height in pairs])


def _area(columns: tuple[str, ...], heights: list[str], run: Run, box: Box) -> str:
    first, last = run
    if last - first == 1:
        return ""
    foot = f"V{box.bottom}H{columns[first]}Z"
    return _line(columns, heights, run, 0) + foot


def _envelope(trace: Trace, columns: tuple[str, ...], box: Box) -> str:
    if not trace.highs:
        return ""
    highs, lows = _told(trace.highs, box), _told(trace.lows, box)
    path = ""
    for first, last in runs(trace.highs):
        if last - first > 1:
            back = zip(columns[first:last][::-1], lows[first:last][::-1], strict=True)
            path += _line(columns, highs, (first, last), 0)
            path += "L" + " ".join([f"{column} {height}" for column, height in back]) + "Z"
    return path


def _told(heights: Heights, box: Box) -> list[str]:
    told = _tenths(box.bottom)
    if None in heights:
        return ["" if each is None else told[int(each * _GRAIN + 0.5)] for each in heights]
    return [told[int(each * _GRAIN + 0.5)] for each in heights]  # type: ignore[operator]


@lru_cache(maxsize=4)
def _tenths(height: int) -> tuple[str, ...]:
    return tuple(f"{each / _GRAIN:g}" for each in range(height * _GRAIN + 1))


@lru_cache(maxsize=16)
def _columns(points: int, box: Box) -> tuple[str, ...]:
    """Return the middle of each point's stretch of time."""
    width = box.width / max(1, points)
    return tuple(_place(box.left + (index + 0.5) * width) for index in range(points))


def _place(at: float) -> str:
    return f"{at:.1f}".removesuffix(".0")
