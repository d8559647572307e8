"""The curves of a PNG: for each column of pixels, which rows a curve covers, in quarters of a pixel
from the upper edge.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil
from operator import sub

from graphs.canvas import LEVELS, Canvas, Colour
from graphs.graph import Plot
from toban.domain.series import Values, gapless

Covered = tuple[Sequence[int], Sequence[int]]
"""The uppermost and the lowest quarter of a pixel in each column of the field; NOWHERE in gaps."""

NOWHERE = -1
HALF_STROKE = 3
"""Quarters of a pixel that a line covers to both sides of its middle."""
_ROW, _REST = LEVELS.bit_length() - 1, LEVELS - 1
"""Shift to whole pixels, and mask of the quarters that are left."""


def covered(values: Values, plot: Plot) -> Covered:
    """Return which rows the line through the points covers.

    Neighbours without a gap between them are joined by straight lines, and a point without
    neighbours is as wide as its stretch of time.
    """
    foot, scale = plot.box.bottom * LEVELS + 0.5, plot.per_unit * LEVELS
    if gapless(values):
        heights = [foot - value * scale for value in values]  # type: ignore[operator]
    else:
        heights = [NOWHERE if value is None else foot - value * scale for value in values]
    # faster than min and max, and this is done for every column of every curve
    pairs = list(pairwise(_at_edges(heights, plot.box.width)))
    uppers = [int(left) if left < right else int(right) for left, right in pairs]
    lowers = [int(right) if left < right else int(left) for left, right in pairs]
    _include_points(heights, uppers, lowers)
    return uppers, lowers


def _include_points(heights: Sequence[float], uppers: list[int], lowers: list[int]) -> None:
    """Cover every point in its own column, however steep the lines to it are."""
    width = len(uppers)
    for column, height in zip(_columns(len(heights), width), heights, strict=True):
        if height >= 0:
            if uppers[column] < 0:
                uppers[column] = lowers[column] = int(height)
            elif height < uppers[column]:
                uppers[column] = int(height)
            elif height > lowers[column]:
                lowers[column] = int(height)
    for index in _alone(heights):
        spaced = width / len(heights)
        for column in range(int(index * spaced), ceil((index + 1) * spaced)):
            uppers[column] = lowers[column] = int(heights[index])


def stroke(canvas: Canvas, rows: Covered, plot: Plot, colour: Colour) -> None:
    """Draw a line 1.5 px wide, its edges smoothed."""
    pixels, height = canvas.pixels, canvas.height
    ink = canvas.index(colour)
    tables = [canvas.mixed(ink, level) for level in range(LEVELS)]
    solid = bytes([ink]) * height
    start = plot.box.left * height
    for upper, lower in zip(*rows, strict=True):
        if upper >= 0:
            top, bottom = upper - HALF_STROKE, lower + HALF_STROKE
            first, last = start + (top >> _ROW), start + (bottom >> _ROW)
            missing, below = top & _REST, bottom & _REST
            if missing:
                level, under = LEVELS - missing, pixels[first]
                pixels[first] = tables[level][under] or canvas.smooth(under, ink, level)
                first += 1
            if last - first == 1:
                pixels[first] = ink
            else:
                pixels[first:last] = solid[: last - first]
            if below:
                under = pixels[last]
                pixels[last] = tables[below][under] or canvas.smooth(under, ink, below)
        start += height


def fill_down(canvas: Canvas, rows: Covered, plot: Plot, table: bytes) -> None:
    """Lay a tint under the line, from its upper edge to the foot of the field."""
    pixels, height = canvas.pixels, canvas.height
    start = plot.box.left * height
    foot = plot.box.bottom
    for upper in rows[0]:
        if upper >= 0:
            first, last = start + _nearest(upper), start + foot
            pixels[first:last] = pixels[first:last].translate(table)
        start += height


def fill_between(canvas: Canvas, above: Covered, below: Covered, plot: Plot, table: bytes) -> None:
    """Lay a tint between two lines."""
    pixels, height = canvas.pixels, canvas.height
    start = plot.box.left * height
    for upper, lower in zip(above[0], below[1], strict=True):
        if upper >= 0 and lower >= 0:
            first, last = start + _nearest(upper), start + _nearest(lower)
            pixels[first:last] = pixels[first:last].translate(table)
        start += height


def _nearest(quarters: int) -> int:
    return quarters + LEVELS // 2 >> _ROW


def _at_edges(heights: Sequence[float], width: int) -> list[float]:
    """Return the height of the line at every edge between two columns."""
    first, inner = _edges(len(heights), width)
    rises = list(map(sub, heights[1:], heights))
    found = [heights[before] + rises[before] * share for before, share in inner]
    if NOWHERE in heights:
        broken = [NOWHERE in pair for pair in pairwise(heights)]
        for place, (before, _) in enumerate(inner):
            if broken[before]:
                found[place] = NOWHERE
    behind = width + 1 - first - len(found)
    return [*[NOWHERE] * first, *found, *[NOWHERE] * behind]


def _alone(heights: Sequence[float]) -> Iterator[int]:
    """Yield the points without a neighbour."""
    if NOWHERE in heights or len(heights) == 1:
        framed = [NOWHERE, *heights, NOWHERE]
        for index, height in enumerate(heights):
            if height >= 0 > max(framed[index], framed[index + 2]):
                yield index


@lru_cache(maxsize=16)
def _edges(points: int, width: int) -> tuple[int, tuple[tuple[int, float], ...]]:
    """Return the first edge behind the first point, and for it and all up to the last point which
    point lies before it and how far off.
    """
    places = [edge * points / width - 0.5 for edge in range(width + 1)]
    inner = tuple((int(at), at - int(at)) for at in places if 0 <= at < points - 1)
    return next((edge for edge, at in enumerate(places) if at >= 0), width + 1), inner


@lru_cache(maxsize=16)
def _columns(points: int, width: int) -> tuple[int, ...]:
    """Return the column in which each point lies."""
    return tuple(int((index + 0.5) * width / points) for index in range(points))
