"""Scales, times and words of the graphs, and that both painters know them."""

import json
import re
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphs import png, svg
from graphs.glyphs import faces, width
from graphs.graph import BandKind, Style, Unit
from graphs.panels import ServerView, panels
from graphs.plot import plotted
from graphs.scale import level_label, levels, moments, span, told
from graphs.words import words
from toban.domain.check import Check, Kind, Resource, ResourceQuestion
from toban.domain.contract import Family, Monitor, Server
from toban.domain.plan import Plan
from toban.domain.series import Period, Series, of_samples

pytestmark = pytest.mark.clause("N-9")
NOW = datetime(2026, 11, 23, 10, 3, tzinfo=UTC)
FONTS = Path(svg.__file__).parent / "fonts"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.0, Unit.PERCENT, "0.00 %"),
        (12.34, Unit.PERCENT, "12.3 %"),
        (100.0, Unit.PERCENT, "100 %"),
        (1.5 * 2**30, Unit.BYTES, "1.50 GiB"),
        (1023.0, Unit.BYTES, "1023 B"),
        (999.0, Unit.BITS, "999 bit/s"),
        (12_400_000.0, Unit.BITS, "12.4 Mbit/s"),
        (0.07, Unit.NUMBER, "0.07"),
        (None, Unit.NUMBER, "–"),
    ],
)
def test_figures_are_told_with_three_digits_and_their_unit(
    value: float | None, unit: Unit, expected: str
) -> None:
    assert told(value, unit) == expected


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("highest", [0.0, 0.013, 0.9, 1.0, 7.3, 99.99, 100.0, 8_000_000_000.0])
def test_the_scale_is_round_begins_at_zero_and_holds_the_highest(
    highest: float, unit: Unit
) -> None:
    scale = levels(highest, unit)

    assert scale[0] == 0
    assert scale[-1] >= highest * (1 - 1e-6)
    assert 2 <= len(scale) <= 7
    assert len({level_label(each, scale[-1], unit) for each in scale}) == len(scale)


def test_the_day_is_told_in_the_customers_time() -> None:
    start, end = Period.DAY.bounds(NOW)
    tokyo = list(moments(Period.DAY, start, end, "Asia/Tokyo", "ja"))
    kathmandu = list(moments(Period.DAY, start, end, "Asia/Kathmandu", "en"))

    assert [label for _, label, strong in tokyo if strong] == ["11/23 (月)"]
    assert [at for at, label, _ in tokyo if label == "02:00"] == [
        datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    ]
    assert [at for at, label, _ in kathmandu if label == "02:00"] == [
        datetime(2026, 11, 22, 20, 15, tzinfo=UTC)
    ]


def test_days_begin_at_local_midnight_also_when_the_clocks_change() -> None:
    now = datetime(2026, 10, 27, 12, 0, tzinfo=UTC)
    start, end = Period.WEEK.bounds(now)
    midnights = [at for at, _, _ in moments(Period.WEEK, start, end, "Europe/Berlin", "en")]

    assert {at.hour for at in midnights} == {22, 23}
    assert len(midnights) == 7


def test_months_of_a_year_are_named() -> None:
    start, end = Period.YEAR.bounds(NOW)
    japanese = [label for _, label, _ in moments(Period.YEAR, start, end, "Asia/Tokyo", "ja")]
    english = [label for _, label, _ in moments(Period.YEAR, start, end, "Asia/Tokyo", "en")]

    assert japanese[:3] == ["12月", "2026年", "2月"]
    assert english[:3] == ["Dec", "2026", "Feb"]
    assert span(start, end, "Asia/Tokyo").endswith("JST")
    assert span(start, end, "America/Sao_Paulo").endswith("UTC-03:00")


def every_text(locale: str) -> str:
    plots = [
        plotted(graph)
        for period in Period
        for graph in panels(server(), measured(period), ServerView(period, NOW, locale=locale))
    ]
    return str(words(locale)) + "".join(
        f"{plot.title}{plot.subtitle}{plot.rows}{plot.down}{plot.across}" for plot in plots
    )


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_every_character_of_the_words_is_in_the_font(locale: str) -> None:
    missing = {
        (name, sign)
        for name, face in faces().items()
        for sign in every_text(locale)
        if sign not in face.glyphs
    }
    assert not missing, "run infra/fonts/make_fonts.py"


def test_letters_are_as_wide_as_they_say_and_dark_enough_to_read() -> None:
    packed = json.loads(zlib.decompress((FONTS / "glyphs.json.zz").read_bytes()))

    assert {len(columns) == advance for advance, columns in packed["bold"]["glyphs"].values()} == {
        True
    }
    assert max(map(max, faces()["regular"].glyphs["障"].columns)) == 7
    assert width("障害", faces()["regular"]) == 24


def test_the_fonts_come_with_their_licence() -> None:
    assert (FONTS / "toban-sans.woff2").read_bytes()[:4] == b"wOF2"
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_both_painters_have_the_same_light_colours() -> None:
    light = svg.style().partition("@media")[0]
    named = dict(re.findall(r"--([a-z0-9]+):#([0-9a-f]+)", light))
    of_png = {
        **{f"c{place}": colour for place, colour in enumerate(png.CURVES, 1)},
        **{str(kind): png.BANDS[kind] for kind in BandKind},
        **{"ink": png.INK, "muted": png.MUTED, "grid": png.GRID, "strong": png.STRONG},
        "limit": png.LIMIT,
    }

    assert named["paper"] == "fff"
    assert {name: bytes(colour).hex() for name, colour in of_png.items()} == {
        name: written for name, written in named.items() if name != "paper"
    }


def server(*questions: ResourceQuestion) -> Server:
    monitors = tuple(
        Monitor(
            *(f"acme.web01.m{place}", "cpu", Family.RESOURCE, "CPU", "CPU", 100),
            Check(f"acme.web01.m{place}", Kind.RESOURCE, "192.0.2.10", resource=question),
        )
        for place, question in enumerate(questions)
    )
    return Server("acme.web01", Plan.NOTIFY, ("192.0.2.10",), monitors)


def measured(period: Period) -> dict[str, Series]:
    start, end = period.bounds(NOW)
    step = period.step_seconds
    count = int((end - start).total_seconds()) // step
    names = {
        **{"cpu.user": 20.0, "cpu.system": 5.0, "cpu.busy": 25.0, "load.5": 1.0, "load.cores": 4.0},
        **{"memory.used": 2.0**30, "memory.total": 2.0**33, "disk.space:/var": 40.0},
        **{"disk.inodes:/var": 3.0, "traffic.received:eth0": 1e6, "traffic.sent:eth0": 2e6},
    }
    return {name: of_samples(start, step, [value] * count) for name, value in names.items()}


def test_every_server_has_its_five_graphs_also_without_any_figure() -> None:
    names = [graph.name for graph in panels(server(), {}, ServerView(Period.DAY, NOW))]

    assert names == ["cpu", "load", "memory", "disk", "traffic"]


def test_thresholds_are_told_in_the_unit_of_their_graph() -> None:
    asked = server(
        ResourceQuestion(Resource.CPU, 90),
        ResourceQuestion(Resource.LOAD, 3.0, floor=5.0),
        ResourceQuestion(Resource.MEMORY, 75),
        ResourceQuestion(Resource.DISK, 80, "/"),
        ResourceQuestion(Resource.DISK, 80, "/var"),
        ResourceQuestion(Resource.TRAFFIC, 50, "eth0", capacity=1e8),
    )
    graphs = panels(asked, measured(Period.DAY), ServerView(Period.DAY, NOW))

    assert [[each.value for each in graph.thresholds] for graph in graphs] == [
        *([90.0], [12.0], [0.75 * 2**33], [80.0], [5e7]),
    ]


def test_the_scale_is_not_flattened_by_a_threshold_far_above_all_figures() -> None:
    asked = server(ResourceQuestion(Resource.LOAD, 30.0))
    load = panels(asked, measured(Period.DAY), ServerView(Period.DAY, NOW))[1]
    plot = plotted(load)

    assert plot.levels == []
    assert plot.rows[-1].label == "閾値 120"


def test_a_disk_has_one_colour_for_space_and_inodes() -> None:
    disk = panels(server(), measured(Period.DAY), ServerView(Period.DAY, NOW))[3]

    assert [(curve.label, curve.colour, curve.style) for curve in disk.curves] == [
        ("/var 容量", 1, Style.LINE),
        ("/var inode", 1, Style.DASHED),
    ]
