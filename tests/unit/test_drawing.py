"""Graphs are correct to the pixel: what is drawn is what was measured, as SVG and as PNG alike."""

import random
from datetime import timedelta

import pytest

from graphs.graph import Band, BandKind, Plot, Style, Threshold, Unit
from graphs.plot import plotted
from graphs.png import BANDS, CURVES, GRID, LIMIT, PAPER, drawn_png
from graphs.svg import drawn_svg
from tests.unit.drawn import Picture, Pixel, at_slot, curve, elements, graph, strokes
from toban.domain.series import Values

pytestmark = pytest.mark.clause("N-9")


def row_of(plot: Plot, percent: float) -> float:
    return plot.box.bottom - plot.box.height * percent / 100


def column_of(plot: Plot, slot: int) -> float:
    return plot.box.left + (slot + 0.5) * plot.box.width / 288


def is_blue(pixel: Pixel) -> bool:
    """The first colour of the palette, or a part of it over paper or grid."""
    return pixel[2] - pixel[0] > 20


def rows_of(picture: Picture, plot: Plot, x: int) -> list[int]:
    """The rows of the column that the blue curve touches."""
    top = plot.box.top - 3
    found = picture.column(x, top, plot.box.bottom + 4)
    return [y for y, seen in enumerate(found, top) if is_blue(seen)]


def dice(count: int) -> list[float]:
    numbers = random.Random(count)  # noqa: S311 - the same figures in every run
    return [numbers.uniform(5, 95) for _ in range(count)]


def test_every_point_of_the_svg_lies_where_its_figure_belongs() -> None:
    values = dice(288)
    plot = plotted(graph(curve(values)))
    [drawn] = strokes(drawn_svg(plot), "c1")

    assert len(drawn) == 288
    for slot, (x, y) in enumerate(drawn):
        assert x == pytest.approx(column_of(plot, slot), abs=0.051)
        assert y == pytest.approx(row_of(plot, values[slot]), abs=0.051)


def test_every_point_of_the_png_is_covered_and_nothing_far_from_the_line() -> None:
    values = dice(288)
    plot = plotted(graph(curve(values)))
    picture = Picture(drawn_png(plot))

    for slot in range(1, 287):
        x = int(column_of(plot, slot))
        near = [row_of(plot, value) for value in values[slot - 1 : slot + 2]]
        inked = rows_of(picture, plot, x)
        assert inked[0] <= row_of(plot, values[slot]) <= inked[-1] + 1
        assert min(near) - 2 <= inked[0]
        assert inked[-1] <= max(near) + 2
        assert inked == list(range(inked[0], inked[-1] + 1)), "the line has no holes"


@pytest.mark.parametrize("percent", [0.0, 12.5, 50.0, 99.0])
def test_a_level_line_is_one_and_a_third_pixels_at_its_height(percent: float) -> None:
    plot = plotted(graph(curve([percent] * 288)))
    picture = Picture(drawn_png(plot))
    middle = row_of(plot, percent)

    for x in (plot.box.left + 50, plot.box.right - 50):
        touched = rows_of(picture, plot, x)
        assert set(touched) <= {int(middle) - 1, int(middle), int(middle) + 1}
        assert touched


GAPPED: Values = [50.0] * 100 + [None] * 20 + [50.0] * 60


def test_a_gap_is_a_gap_in_the_svg() -> None:
    plot = plotted(graph(curve(GAPPED)))
    first, second = strokes(drawn_svg(plot), "c1")

    assert (len(first), len(second)) == (100, 60)
    assert first[-1][0] == pytest.approx(column_of(plot, 99), abs=0.06)
    assert second[0][0] == pytest.approx(column_of(plot, 120), abs=0.06)


@pytest.mark.parametrize("style", Style)
def test_a_gap_is_a_gap_in_the_png(style: Style) -> None:
    plot = plotted(graph(curve(GAPPED, style)))
    picture = Picture(drawn_png(plot))

    for slot in range(101, 119):
        x = int(column_of(plot, slot))
        strangers = set(picture.column(x, plot.box.top + 1, plot.box.bottom)) - {PAPER, GRID}
        assert not list(filter(is_blue, strangers))


def test_nothing_measured_is_told_and_not_drawn_as_zero() -> None:
    plot = plotted(graph(curve([])))
    svg = drawn_svg(plot)

    assert elements(svg, "path", "l", "c1")[0].get("d") == ""
    assert "この期間のデータはありません" in svg
    assert [row.figures for row in plot.rows] == [("–", "–", "–", "–")]


def test_zero_is_drawn_as_zero() -> None:
    plot = plotted(graph(curve([0.0] * 288)))
    [drawn] = strokes(drawn_svg(plot), "c1")

    assert {y for _, y in drawn} == {plot.box.bottom}


def test_a_point_between_two_gaps_is_seen() -> None:
    values: Values = [None] * 50 + [40.0] + [None]
    plot = plotted(graph(curve(values)))
    picture = Picture(drawn_png(plot))
    path = elements(drawn_svg(plot), "path", "l", "c1")[0].get("d", "")

    assert path.endswith(f"h{plot.box.width / 288:.1f}")
    assert rows_of(picture, plot, int(column_of(plot, 50)))


def test_stacked_curves_stand_on_each_other() -> None:
    lower, upper = curve([20.0] * 288, Style.STACK, 1), curve([30.0] * 288, Style.STACK, 2)
    plot = plotted(graph(lower, upper))
    picture = Picture(drawn_png(plot))
    x = plot.box.left + 101
    [top] = strokes(drawn_svg(plot), "c2")

    assert [y for _, y in top] == pytest.approx([row_of(plot, 50)] * 288)
    assert picture.pixel(x, int(row_of(plot, 10))) == CURVES[0]
    assert picture.pixel(x, int(row_of(plot, 35))) == CURVES[1]
    assert picture.pixel(x, int(row_of(plot, 60))) in {PAPER, GRID}


def test_the_threshold_lies_at_its_value() -> None:
    plot = plotted(graph(curve([50.0] * 288), thresholds=(Threshold(90.0, "閾値"),)))
    picture = Picture(drawn_png(plot))
    [line, *_] = elements(drawn_svg(plot), "path", "limit")

    assert line.get("d", "").startswith(f"M{plot.box.left} {int(row_of(plot, 90))}.5h")
    assert picture.pixel(plot.box.left + 1, int(row_of(plot, 90))) == LIMIT
    assert plot.rows[-1].label == "閾値 90.0 %"


@pytest.mark.parametrize("kind", BandKind)
def test_a_band_lies_from_its_beginning_to_its_end(kind: BandKind) -> None:
    band = Band(at_slot(100), at_slot(130), kind)
    plot = plotted(graph(curve([50.0] * 288), bands=(band,)))
    picture = Picture(drawn_png(plot))
    [drawn, *_] = elements(drawn_svg(plot), "rect", kind)
    slot = plot.box.width / 288
    left, right = plot.box.left + 100 * slot, plot.box.left + 130 * slot

    assert float(drawn.get("x", "")) == pytest.approx(left, abs=0.06)
    assert float(drawn.get("width", "")) == pytest.approx(right - left, abs=0.06)
    y = plot.box.top + 3
    assert picture.pixel(round(left) - 1, y) in {PAPER, GRID}
    assert picture.pixel(round(left), y) in {BANDS[kind], GRID}
    assert picture.pixel(round(left) + 3, y) == BANDS[kind]
    assert picture.pixel(round(right), y) in {PAPER, GRID}


def test_an_incident_that_goes_on_reaches_to_the_right_edge() -> None:
    band = Band(at_slot(280), None, BandKind.INCIDENT)
    plot = plotted(graph(curve([50.0] * 288), bands=(band,)))

    assert plot.stripes[0].right == plot.box.right


def test_a_band_outside_the_period_is_not_shown() -> None:
    before = Band(at_slot(0) - timedelta(hours=2), at_slot(0), BandKind.INCIDENT)
    plot = plotted(graph(curve([50.0] * 288), bands=(before,)))

    assert not plot.stripes
    assert len(plot.rows) == 1


def test_a_picture_of_many_crossing_lines_and_tints_keeps_to_its_palette() -> None:
    curves = [curve(dice(200 + n), Style.AREA, n + 1) for n in range(8)]
    picture = Picture(drawn_png(plotted(graph(*curves))))

    assert picture.colours() <= 256


def test_a_hostile_name_is_written_and_not_obeyed() -> None:
    evil = '</text><script>alert(1)</script>&"'
    plot = plotted(graph(curve([1.0])))
    rows = [type(plot.rows[0])(evil, ())]
    plot = type(plot)(**{name: getattr(plot, name) for name in plot.__slots__} | {"rows": rows})
    svg = drawn_svg(plot)

    assert "<script" not in svg
    assert evil in "".join(each.text or "" for each in elements(svg, "text"))
    assert drawn_png(plot)


def test_the_same_graph_is_the_same_octets() -> None:
    made = graph(curve(dice(288)), unit=Unit.NUMBER)

    assert drawn_png(plotted(made)) == drawn_png(plotted(made))
    assert drawn_svg(plotted(made)) == drawn_svg(plotted(made))
