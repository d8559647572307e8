"""A picture of at most 255 colours, kept column by column: what a curve covers of a column is one
run of octets, and so is what lies under it.
"""

import struct
import zlib

from graphs.glyphs import INK, Face

Colour = tuple[int, int, int]

LEVELS = 4
"""Steps of coverage at the edge of a line."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE_SIZE = 256
_INDEXED = 3
_COMPRESSION = 2


class Canvas:
    """Draws on paper; coordinates are pixels from the upper left corner."""

    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self.width, self.height = width, height
        # no pixel has index 0, so that 0 can mean "not mixed yet"
        self._palette: list[Colour] = [paper, paper]
        self._index = {paper: 1}
        self._mixed: dict[tuple[int, int], bytearray] = {}
        self._letters: dict[Colour, bytes] = {}
        self.pixels = bytearray(b"\x01") * (width * height)

    def index(self, colour: Colour) -> int:
        """Return the colour's place in the palette; the nearest one's when the palette is full."""
        found = self._index.get(colour)
        if found is None and len(self._palette) < _PALETTE_SIZE:
            found = self._index[colour] = len(self._palette)
            self._palette.append(colour)
        elif found is None:
            found = self._index[colour] = min(
                range(1, _PALETTE_SIZE), key=lambda at: _distance(self._palette[at], colour)
            )
        return found

    def mixed(self, colour: int, level: int) -> bytearray:
        """Return what a pixel becomes, by what it was, when `colour` covers `level` of LEVELS of
        it; 0 where `smooth` was not asked yet.
        """
        if (colour, level) not in self._mixed:
            self._mixed[colour, level] = bytearray(_PALETTE_SIZE)
        return self._mixed[colour, level]

    def smooth(self, under: int, colour: int, level: int) -> int:
        """Return what the pixel `under` becomes, and remember it in `mixed`."""
        made = self.mix(under, colour, level / LEVELS)
        self._mixed[colour, level][under] = made
        return made

    def mix(self, under: int, colour: int, share: float) -> int:
        """Return the place of the colour that `share` of `colour` makes over `under`."""
        red, green, blue = self._palette[under]
        above = self._palette[colour]
        return self.index(
            (
                int(red + (above[0] - red) * share + 0.5),
                int(green + (above[1] - green) * share + 0.5),
                int(blue + (above[2] - blue) * share + 0.5),
            )
        )

    def tint(self, colour: Colour, share: float) -> bytes:
        """Return a table for bytes.translate that lays `share` of the colour over all there is."""
        above = self.index(colour)
        here = len(self._palette)
        table = [self.mix(under, above, share) for under in range(here)]
        return bytes(table + [above] * (_PALETTE_SIZE - here))

    def fill(self, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
        """Fill the columns from `left` to before `right`, `top` to before `bottom`."""
        ink = bytes([self.index(colour)])
        if bottom - top == 1:
            row = slice(left * self.height + top, right * self.height, self.height)
            self.pixels[row] = ink * (right - left)
            return
        run = ink * (bottom - top)
        for start in range(left * self.height, right * self.height, self.height):
            self.pixels[start + top : start + bottom] = run

    def text(self, left: float, foot: int, text: str, face: Face, colour: Colour) -> None:
        """Write on paper, beginning at `left`; letters stand on the row `foot`."""
        inks = self._inks(colour)
        start = round(left) * self.height + foot - face.ascent
        for glyph in face.row(text):
            for column in glyph.columns:
                if 0 <= start < len(self.pixels) - len(column):
                    self.pixels[start : start + len(column)] = column.translate(inks)
                start += self.height

    def png(self) -> bytes:
        """Return the picture as PNG (W3C PNG, colour type 3, no filter)."""
        pixels, height = self.pixels, self.height
        rows = b"".join([b"\x00" + pixels[row::height] for row in range(height)])
        head = struct.pack(">IIBBBBB", self.width, height, 8, _INDEXED, 0, 0, 0)
        colours = bytes(part for colour in self._palette for part in colour)
        return b"".join(
            (
                _SIGNATURE,
                _chunk(b"IHDR", head),
                _chunk(b"PLTE", colours),
                _chunk(b"IDAT", _packed(rows)),
                _chunk(b"IEND", b""),
            )
        )

    def _inks(self, colour: Colour) -> bytes:
        """Return a table from the ink of a letter's pixel to its colour on paper."""
        if colour not in self._letters:
            ink = self.index(colour)
            steps = [self.mix(1, ink, step / INK) for step in range(INK + 1)]
            self._letters[colour] = bytes(steps + [ink] * (_PALETTE_SIZE - len(steps)))
        return self._letters[colour]


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _packed(rows: bytes) -> bytes:
    """Compress long runs of one colour: twice as fast as looking for all repetitions."""
    packer = zlib.compressobj(_COMPRESSION, zlib.DEFLATED, strategy=zlib.Z_RLE)
    return packer.compress(rows) + packer.flush()


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
