"""Draws a plot as PNG, in the light colours, for mails."""

from functools import partial

from graphs.canvas import Canvas, Colour
from graphs.glyphs import Face, faces, width
from graphs.graph import BandKind, LegendRow, Plot, Style, Trace
from graphs.plot import FOOT, LEGEND_TOP, ROW_HEIGHT
from graphs.stroke import NOWHERE, Covered, covered, fill_between, fill_down, stroke

PAPER: Colour = (255, 255, 255)
INK: Colour = (31, 38, 48)
MUTED: Colour = (92, 103, 115)
GRID: Colour = (227, 231, 236)
STRONG: Colour = (194, 201, 209)
LIMIT: Colour = (200, 16, 46)
BANDS = {BandKind.INCIDENT: (249, 213, 213), BandKind.MAINTENANCE: (219, 231, 248)}
CURVES: tuple[Colour, ...] = (
    *((31, 111, 180), (217, 102, 31), (43, 138, 75), (138, 79, 176)),
    *((179, 135, 44), (18, 138, 150), (184, 55, 107), (89, 98, 108)),
)
"""The light colours of style.css."""
_AREA, _ENVELOPE = 0.16, 0.2
_DASH, _LIMIT_DASH = (5, 8), (7, 11)
"""Pixels of ink, and of ink and paper together."""
_SWATCH = 18


def drawn_png(plot: Plot) -> bytes:
    """Return the PNG of the plot, as wide and high as it says."""
    canvas = Canvas(plot.width, plot.height, PAPER)
    _bands_and_grid(canvas, plot)
    _curves(canvas, plot)
    _frame(canvas, plot)
    _words(canvas, plot)
    _legend(canvas, plot)
    return canvas.png()


def _bands_and_grid(canvas: Canvas, plot: Plot) -> None:
    box = plot.box
    for stripe in plot.stripes:
        left, right = round(stripe.left), max(round(stripe.left) + 1, round(stripe.right))
        canvas.fill(left, box.top, min(right, box.right), box.bottom, BANDS[stripe.kind])
    for tick in plot.across:
        canvas.fill(box.left, int(tick.at), box.right, int(tick.at) + 1, GRID)
    for tick in plot.down:
        if int(tick.at) < box.right:
            colour = STRONG if tick.strong else GRID
            canvas.fill(int(tick.at), box.top, int(tick.at) + 1, box.bottom, colour)


def _curves(canvas: Canvas, plot: Plot) -> None:
    lines = {id(trace): covered(trace.values, plot) for trace in plot.traces}
    stacks = [trace for trace in plot.traces if trace.style is Style.STACK]
    others = [trace for trace in plot.traces if trace.style is not Style.STACK]
    for trace in reversed(stacks):
        colour = CURVES[trace.colour - 1]
        fill_down(canvas, lines[id(trace)], plot, bytes([canvas.index(colour)]) * 256)
        stroke(canvas, lines[id(trace)], plot, colour)
    for trace in others:
        _tints(canvas, trace, lines[id(trace)], plot)
    for trace in others:
        rows = lines[id(trace)]
        if trace.style is Style.DASHED:
            rows = _dashed(rows)
        stroke(canvas, rows, plot, CURVES[trace.colour - 1])


def _tints(canvas: Canvas, trace: Trace, rows: Covered, plot: Plot) -> None:
    colour = CURVES[trace.colour - 1]
    if trace.style is Style.AREA:
        fill_down(canvas, rows, plot, canvas.tint(colour, _AREA))
    if trace.highs:
        above, below = covered(trace.highs, plot), covered(trace.lows, plot)
        fill_between(canvas, above, below, plot, canvas.tint(colour, _ENVELOPE))


def _dashed(rows: Covered) -> Covered:
    ink, whole = _DASH
    kept = [upper if at % whole < ink else NOWHERE for at, upper in enumerate(rows[0])]
    return kept, rows[1]


def _frame(canvas: Canvas, plot: Plot) -> None:
    box = plot.box
    canvas.fill(box.left, box.bottom, box.right, box.bottom + 1, STRONG)
    canvas.fill(box.left, box.top, box.left + 1, box.bottom, STRONG)
    for level in plot.levels:
        _dashes(canvas, box.left, box.right, int(level))


def _dashes(canvas: Canvas, left: int, right: int, row: int) -> None:
    ink, whole = _LIMIT_DASH
    for start in range(left, right, whole):
        canvas.fill(start, row, min(start + ink, right), row + 1, LIMIT)


def _words(canvas: Canvas, plot: Plot) -> None:
    regular, bold, box = faces()["regular"], faces()["bold"], plot.box
    canvas.text(16, 22, plot.title, bold, INK)
    if plot.narrow:
        canvas.text(16, 40, plot.subtitle, regular, MUTED)
    else:
        _to_right(canvas, box.right, 22, plot.subtitle, regular, MUTED)
    for tick in plot.across:
        _to_right(canvas, box.left - 8, round(tick.at + 4), tick.label, regular, MUTED)
    for tick in plot.down:
        if tick.label:
            _centred(canvas, tick.middle, box.bottom + 17, tick.label, regular)
    if plot.remark:
        middle = box.left + box.width // 2
        _centred(canvas, middle, box.top + box.height // 2, plot.remark, regular)


def _legend(canvas: Canvas, plot: Plot) -> None:
    regular = faces()["regular"]
    top = plot.box.bottom + FOOT + LEGEND_TOP
    ends = [plot.width - 16 - 86 * place for place in (3, 2, 1, 0)]
    for end, name in zip(ends, plot.columns, strict=False):
        _to_right(canvas, end, top - 4, name, regular, MUTED)
    for number, row in enumerate(plot.rows, 1):
        foot = top + ROW_HEIGHT * number
        _swatch(canvas, plot.box.left, foot, row)
        canvas.text(plot.box.left + 26, foot, row.label, regular, INK)
        for end, figure in zip(ends, row.figures, strict=False):
            _to_right(canvas, end, foot, figure, regular, INK)


def _swatch(canvas: Canvas, left: int, foot: int, row: LegendRow) -> None:
    right = left + _SWATCH
    if row.kind:
        canvas.fill(left, foot - 10, right, foot, BANDS[row.kind])
    elif not row.colour:
        _dashes(canvas, left, right, foot - 4)
    else:
        line = partial(canvas.fill, colour=CURVES[row.colour - 1])
        if row.style is Style.STACK:
            line(left, foot - 10, right, foot)
        elif row.style is Style.DASHED:
            line(left, foot - 5, left + 5, foot - 3)
            line(left + 8, foot - 5, left + 13, foot - 3)
        else:
            line(left, foot - 5, right, foot - 3)


def _to_right(canvas: Canvas, right: int, foot: int, text: str, face: Face, colour: Colour) -> None:
    canvas.text(right - width(text, face), foot, text, face, colour)


def _centred(canvas: Canvas, middle: float, foot: int, text: str, face: Face) -> None:
    canvas.text(middle - width(text, face) / 2, foot, text, face, MUTED)
