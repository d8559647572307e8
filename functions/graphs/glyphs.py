"""Letters as pixels, made from Noto Sans CJK beforehand (fonts/, infra/fonts/make_fonts.py)."""

import json
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

INK = 7
"""The darkest step of a letter's pixel; 0 is paper."""
_UNKNOWN = "□"


@dataclass(frozen=True, slots=True)
class Glyph:
    """`columns` from left to right: the ink of each pixel from the top down."""

    advance: int
    columns: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """One size of the font; `ascent` pixels lie above the line that letters stand on."""

    ascent: int
    glyphs: dict[str, Glyph]

    def row(self, text: str) -> list[Glyph]:
        """Return the letters of a text; what the font does not have is a box."""
        unknown = self.glyphs[_UNKNOWN]
        return [self.glyphs.get(sign, unknown) for sign in text]


@cache
def faces() -> dict[str, Face]:
    """Return the faces "regular" (12 px) and "bold" (14 px)."""
    packed = (Path(__file__).parent / "fonts" / "glyphs.json.zz").read_bytes()
    return {name: _face(found) for name, found in json.loads(zlib.decompress(packed)).items()}


def width(text: str, face: Face) -> int:
    """Return how many pixels the text takes."""
    return sum(glyph.advance for glyph in face.row(text))


def _face(found: dict[str, dict[str, tuple[int, list[str]]]]) -> Face:
    to_ink = bytes.maketrans(b"01234567", bytes(range(INK + 1)))
    glyphs = {
        sign: Glyph(advance, tuple(column.encode().translate(to_ink) for column in columns))
        for sign, (advance, columns) in found["glyphs"].items()
    }
    return Face(int(found["ascent"]), glyphs)  # type: ignore[call-overload]
