"""Foreign text made harmless: what servers print must not steer a mail, a header, a screen."""

import re
import unicodedata
from collections.abc import Iterator

_TERMINAL_CODES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours and cursor moves (ECMA-48 CSI)
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles, links and other strings
    r"|\x1b[ -/]*[0-~]"
)
_LINE_ENDS = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(" {2,}")
ELLIPSIS = "…"
RAW_LIMIT = 200_000
"""Characters looked at; capture caps far lower, this bounds the time a mistake there costs."""


def width(text: str) -> int:
    """Return the columns that the text takes where East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def one_line(text: str, limit: int = 200) -> str:
    """Return the text on one line of at most `limit` characters, without any control sign.

    "=?" is broken up: mail software would decode what follows it (RFC 2047) and could find line
    ends there.
    """
    flat = _LINE_ENDS.sub(" ", _TERMINAL_CODES.sub("", text[:RAW_LIMIT]))
    flat = _SPACES.sub(" ", _visible(flat.replace("\t", " "))).strip().replace("=?", "= ?")
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + ELLIPSIS


def lines(text: str, columns: int = 100, pieces: int = 4) -> list[str]:
    """Return lines of at most `columns`; a longer line is wrapped, and cut after `pieces`."""
    clean = _TERMINAL_CODES.sub("", text[:RAW_LIMIT])
    found: list[str] = []
    for line in _LINE_ENDS.split(clean):
        found += _wrapped(_visible(line.expandtabs(8)).rstrip(), columns, pieces)
    while found and not found[-1]:
        found.pop()
    return found


def _visible(text: str) -> str:
    """Drop control and format signs (bidi overrides, zero width), replace lone surrogates."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(sign) for sign in text)


def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cs":
        return "\ufffd"
    return "" if category in {"Cc", "Cf", "Zl", "Zp"} else sign


def _wrapped(line: str, columns: int, pieces: int) -> list[str]:
    parts = list(_split(line[: columns * (pieces + 1)], columns))
    if len(parts) <= pieces and len(line) <= columns * (pieces + 1):
        return parts or [""]
    return [*parts[: pieces - 1], parts[pieces - 1][:-1] + ELLIPSIS]


def _split(line: str, columns: int) -> Iterator[str]:
    start, used = 0, 0
    for place, sign in enumerate(line):
        wide = width(sign)
        if used + wide > columns:
            yield line[start:place]
            start, used = place, 0
        used += wide
    if start < len(line):
        yield line[start:]
