"""Graphs of any size and of any figures stay within their picture."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.glyphs import faces
from graphs.glyphs import width as text_width
from graphs.graph import Size, Style, Unit
from graphs.plot import plotted
from graphs.png import drawn_png
from graphs.svg import drawn_svg, runs
from tests.unit.drawn import NOW, Picture, curve, elements, graph, strokes
from toban.domain.series import Period

pytestmark = pytest.mark.clause("N-9")


@pytest.mark.parametrize("width", [320, 360, 560, 800, 1200])
@pytest.mark.parametrize("period", Period)
def test_labels_of_times_keep_apart_and_within_the_picture(width: int, period: Period) -> None:
    start, end = period.bounds(NOW)
    made = replace(graph(), period=period, start=start, end=end, locale="en")
    plot = plotted(made, Size(width))
    regular = faces()["regular"]
    places = sorted(
        (tick.middle - text_width(tick.label, regular) / 2, tick.middle, tick.label)
        for tick in plot.down
        if tick.label
    )

    assert places
    for (_, middle, label), (left, _, _) in pairwise(places):
        assert middle + text_width(label, regular) / 2 + 5 <= left
    assert places[-1][1] + text_width(places[-1][2], regular) / 2 <= width


def test_a_picture_without_legend_ends_below_its_axis() -> None:
    plot = plotted(graph(curve([50.0] * 288)), Size(360, 160, legend=False))

    assert plot.rows == []
    assert plot.height - plot.box.bottom < 30
    assert Picture(drawn_png(plot)).width == 360
    assert [each.text for each in elements(drawn_svg(plot), "text")][-1] != "最大"


ANY_VALUES = st.lists(st.none() | st.floats(0, 1e12), min_size=1, max_size=60)


@settings(deadline=None)
@given(ANY_VALUES, st.sampled_from(Style), st.sampled_from(Unit))
def test_whatever_was_measured_is_drawn_within_the_field(
    values: list[float | None], style: Style, unit: Unit
) -> None:
    plot = plotted(graph(curve(values, style), curve(values[::-1], style, 2), unit=unit))
    pieces = strokes(drawn_svg(plot), "c1")

    assert len(pieces) == len(list(runs(plot.traces[0].values)))
    heights = [y for piece in pieces for _, y in piece if len(piece) > 1]
    assert all(plot.box.top - 0.1 <= y <= plot.box.bottom for y in heights)
    assert Picture(drawn_png(plot)).height == plot.height
