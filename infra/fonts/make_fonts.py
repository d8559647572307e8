"""Make the fonts of the graphs out of Noto Sans CJK: python infra/fonts/make_fonts.py FONT...

FONT are the regular and the bold collection (Debian: fonts-noto-cjk,
/usr/share/fonts/opentype/noto/NotoSansCJK-{Regular,Bold}.ttc). Needs Pillow, fonttools and brotli,
which nothing else here does. Written are, into functions/graphs/fonts:
toban-sans.woff2, for pages that want to look the same everywhere; and glyphs.json.zz, the letters
as they stand in PNGs: for each face its ascent and, by character, the advance and the columns from
left to right, a digit 0..7 of ink for each pixel from the top down.
"""

import json
import sys
import zlib
from pathlib import Path

from fontTools import subset  # type: ignore[import-not-found, unused-ignore]
from PIL import Image, ImageDraw, ImageFont  # type: ignore[import-not-found, unused-ignore]

from graphs.words import words

OUT = Path(__file__).parents[2] / "functions" / "graphs" / "fonts"
JAPANESE = 0
"""The place of the Japanese forms in Noto's collections."""
KANA = "".join(map(chr, (*range(0x3041, 0x3097), *range(0x30A1, 0x30FD)))) + "、。・「」（）"
FACES = {"regular": (0, 12), "bold": (1, 14)}
INK = 7


def characters() -> str:
    """Return every character that a graph may show: those of the words, and what names are made
    of.
    """
    spoken = "".join(str(words(locale)) for locale in ("ja", "en"))
    ascii_signs = "".join(map(chr, range(0x20, 0x7F)))
    return "".join(sorted({*ascii_signs, *KANA, *spoken, *"–—…→□年月日時分火水木金土"}))


def face(path: str, size: int) -> dict[str, object]:
    """Return one size of one font as pixels."""
    font = ImageFont.truetype(path, size, index=JAPANESE, layout_engine=ImageFont.Layout.BASIC)
    height = size + 6
    glyphs = {}
    for sign in characters():
        advance = round(font.getlength(sign))
        image = Image.new("L", (max(1, advance), height), 0)
        ImageDraw.Draw(image).text((0, size + 1), sign, fill=255, font=font, anchor="ls")
        pixels = image.load()
        glyphs[sign] = [
            advance,
            [
                "".join(str(round(pixels[x, y] * INK / 255)) for y in range(height))
                for x in range(advance)
            ],
        ]
    return {"ascent": size + 1, "glyphs": glyphs}


def main(fonts: list[str]) -> int:
    """Write both files."""
    OUT.mkdir(exist_ok=True)
    faces = {name: face(fonts[place], size) for name, (place, size) in FACES.items()}
    text = json.dumps(faces, ensure_ascii=False, sort_keys=True)
    (OUT / "glyphs.json.zz").write_bytes(zlib.compress(text.encode(), 9))
    options = [f"--text={characters()}", "--font-number=0", "--flavor=woff2", "--layout-features="]
    subset.main([fonts[0], *options, f"--output-file={OUT / 'toban-sans.woff2'}"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
