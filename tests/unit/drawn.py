"""Reads drawings back: what stands in an SVG, and the pixels of a PNG (W3C PNG, colour type 3)."""

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from datetime import UTC, datetime, timedelta

from graphs.graph import Band, Curve, Graph, Style, Threshold, Unit
from toban.domain.series import Period, Series, Values, of_samples

NOW = datetime(2026, 11, 23, 10, 3, tzinfo=UTC)
START, END = Period.DAY.bounds(NOW)
STEP = 300
SVG = "{http://www.w3.org/2000/svg}"
Pixel = tuple[int, int, int]


def series(values: Values) -> Series:
    """A day of samples whose first values are these."""
    return of_samples(START, STEP, [*values, *[None] * (288 - len(values))])


def graph(
    *curves: Curve,
    unit: Unit = Unit.PERCENT,
    thresholds: tuple[Threshold, ...] = (),
    bands: tuple[Band, ...] = (),
    locale: str = "ja",
) -> Graph:
    """A day of a percentage, so that the scale is 0 to 100."""
    return Graph(
        *("cpu", "CPU 使用率 — web01", "", unit, Period.DAY, START, END, "Asia/Tokyo", locale),
        curves=curves,
        thresholds=thresholds,
        bands=bands,
        ceiling=100.0 if unit is Unit.PERCENT else 0.0,
    )


def curve(values: Values, style: Style = Style.LINE, colour: int = 1) -> Curve:
    return Curve("使用率", colour, series(values), style)


def at_slot(slot: int) -> datetime:
    return START + timedelta(seconds=STEP * slot)


def elements(svg: str, tag: str, *classes: str) -> list[ET.Element]:
    """The elements of the tag that have all these classes."""
    found = ET.fromstring(svg).iter(f"{SVG}{tag}")  # noqa: S314 - drawn here
    return [each for each in found if {*classes} <= set(each.get("class", "").split())]


def strokes(svg: str, *classes: str) -> list[list[tuple[float, float]]]:
    """The points of the curve of these classes in the field, one list for each piece."""
    data = elements(svg, "path", "l", *classes)[0].get("d", "")
    numbers = (re.findall(r"[\d.]+", piece.partition("h")[0]) for piece in data.split("M") if piece)
    return [
        [(float(x), float(y)) for x, y in zip(each[::2], each[1::2], strict=True)]
        for each in numbers
    ]


class Picture:
    """The pixels of a PNG."""

    def __init__(self, png: bytes) -> None:
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        chunks = dict(self._chunks(png))
        self.width, self.height, depth, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
        assert (depth, kind) == (8, 3)
        self._rows = zlib.decompress(chunks[b"IDAT"])
        self._palette = chunks[b"PLTE"]

    @staticmethod
    def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
        found, at = [], 8
        while at < len(png):
            size = int.from_bytes(png[at : at + 4])
            kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
            assert zlib.crc32(kind + content) == int.from_bytes(png[at + 8 + size : at + 12 + size])
            found.append((kind, content))
            at += 12 + size
        return found

    def pixel(self, x: int, y: int) -> Pixel:
        row = y * (self.width + 1)
        assert self._rows[row] == 0
        place = 3 * self._rows[row + 1 + x]
        red, green, blue = self._palette[place : place + 3]
        return red, green, blue

    def column(self, x: int, top: int, bottom: int) -> list[Pixel]:
        return [self.pixel(x, y) for y in range(top, bottom)]

    def colours(self) -> int:
        return len(self._palette) // 3
