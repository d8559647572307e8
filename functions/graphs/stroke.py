"""The curves of a PNG: for each column of pixels, which rows a curve covers."""

from functools import lru_cache
from math import ceil

from graphs.canvas import LEVELS, Canvas, Colour
from graphs.graph import Box, Heights

Rows = list[float]

HALF_STROKE = 0.65
NOWHERE = -1.0
"""A column that the curve does not come to."""


def covered(heights: Heights, box: Box) -> tuple[Rows, Rows]:
    """Return the uppermost and the lowest height of the line through the points in each column of
    the field, NOWHERE in gaps.

    Point i lies in the middle of its stretch of time; neighbours without a gap between them are
    joined by straight lines, and a point without neighbours is as wide as its stretch.
    """
    uppers, lowers = [NOWHERE] * box.width, [NOWHERE] * box.width
    points = len(heights)
    spaced = box.width / max(1, points)
    edges = _edges(points, box.width)
    for column in range(len(edges) - 1):
        before, share = edges[column]
        after, next_share = edges[column + 1]
        left, right = _between(heights, before, share), _between(heights, after, next_share)
        if left is not None and right is not None:
            uppers[column], lowers[column] = (left, right) if left < right else (right, left)
    _include_points(heights, spaced, uppers, lowers)
    return uppers, lowers


def _between(heights: Heights, before: int, share: float) -> float | None:
    if not 0 <= before < len(heights) - 1:
        return None
    low, high = heights[before], heights[before + 1]
    if low is None or high is None:
        return None
    return low + (high - low) * share


def _include_points(heights: Heights, spaced: float, uppers: Rows, lowers: Rows) -> None:
    """Let every point be covered in its own column, however steep the lines to it are."""
    last = len(heights) - 1
    for index, height in enumerate(heights):
        if height is None:
            continue
        column = int((index + 0.5) * spaced)
        if uppers[column] == NOWHERE:
            uppers[column] = lowers[column] = height
        elif height < uppers[column]:
            uppers[column] = height
        elif height > lowers[column]:
            lowers[column] = height
        alone = (index == 0 or heights[index - 1] is None) and (
            index == last or heights[index + 1] is None
        )
        if alone:
            for near in range(int(index * spaced), ceil((index + 1) * spaced)):
                uppers[near] = lowers[near] = height


@lru_cache(maxsize=16)
def _edges(points: int, width: int) -> tuple[tuple[int, float], ...]:
    """Return for each edge between two columns which point lies before it, and how far off."""
    found = []
    for edge in range(width + 1):
        at = edge * points / width - 0.5
        before = int(at) if at >= 0 else -1
        found.append((before, at - before))
    return tuple(found)


def stroke(canvas: Canvas, rows: tuple[Rows, Rows], box: Box, colour: Colour) -> None:
    """Draw a line 1.3 px wide, its edges smoothed."""
    pixels, height = canvas.pixels, canvas.height
    ink = canvas.index(colour)
    tables = [canvas.mixed(ink, level) for level in range(LEVELS)]
    solid = bytes([ink]) * height
    start = box.left * height
    for upper, lower in zip(*rows, strict=True):
        if upper != NOWHERE:
            top, bottom = upper - HALF_STROKE, lower + HALF_STROKE
            first, last = int(top), int(bottom)
            above = int((first + 1 - top) * LEVELS + 0.5)
            below = int((bottom - last) * LEVELS + 0.5)
            pixels_in = solid[: last - first - (above < LEVELS)]
            if above < LEVELS:
                under = pixels[start + first]
                pixels[start + first] = tables[above][under] or canvas.smooth(under, ink, above)
                first += 1
            pixels[start + first : start + last] = pixels_in
            if below:
                under = pixels[start + last]
                pixels[start + last] = (
                    tables[below][under] or canvas.smooth(under, ink, below)
                    if below < LEVELS
                    else ink
                )
        start += height


def fill_down(canvas: Canvas, rows: tuple[Rows, Rows], box: Box, table: bytes) -> None:
    """Lay a tint under the line, from its upper edge to the foot of the field."""
    pixels, height = canvas.pixels, canvas.height
    start = box.left * height
    foot = box.bottom
    for upper in rows[0]:
        if upper != NOWHERE:
            first, last = start + int(upper + 0.5), start + foot
            pixels[first:last] = pixels[first:last].translate(table)
        start += height


def fill_between(
    canvas: Canvas, above: tuple[Rows, Rows], below: tuple[Rows, Rows], box: Box, table: bytes
) -> None:
    """Lay a tint between two lines."""
    pixels, height = canvas.pixels, canvas.height
    start = box.left * height
    for upper, lower in zip(above[0], below[1], strict=True):
        if NOWHERE not in (upper, lower):
            first, last = start + int(upper + 0.5), start + int(lower + 0.5)
            pixels[first:last] = pixels[first:last].translate(table)
        start += height
