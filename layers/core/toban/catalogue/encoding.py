"""Turns the bytes of a file into text, and says so when it is another kind of file."""

import codecs
import re

from toban.catalogue.mistake import Notes, Place

MAX_BYTES = 256 * 1024
CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.1 does not allow in a file (section 5.1), and lone surrogates."""

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How an OLE file begins: the old Excel's, and any Office file that is encrypted."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_JAPANESE = {"cp932": "Shift_JIS", "euc_jp": "EUC-JP"}
_SAVE_AS_UTF8 = "Save it as UTF-8 (the editor's save dialogue offers the encoding)."


def decode(data: bytes, notes: Notes) -> str | None:
    """Return the text of a UTF-8 or marked UTF-16 file, else None and a note.

    UTF-8 may carry a byte order mark, as Windows editors write it.
    """
    if problem := _not_a_text_file(data):
        notes.add(Place(1, 1), *problem)
        return None
    try:
        text = data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(data.count(b"\n", 0, error.start) + 1, 1)
        notes.add(place, f"The file is not UTF-8{_guess(data, error.start)}.", _SAVE_AS_UTF8)
        return None
    return None if _has_control_characters(text, notes) else text


def _not_a_text_file(data: bytes) -> tuple[str, str] | None:
    if len(data) > MAX_BYTES:
        problem = f"The file is larger than {MAX_BYTES // 1024} KiB."
        return problem, "Check that it is the right file, or split it by customer."
    if data.startswith(b"PK\x03\x04"):
        return "The file is an Excel workbook or another archive, not YAML.", "Give the YAML file."
    if data.startswith(_COMPOUND):
        problem = "The file is an Excel workbook of the old kind (.xls), or one with a password."
        return problem, "Save it as .xlsx without a password."
    if data.startswith(b"%PDF-"):
        return "The file is a PDF.", "Hand in the form itself (.xlsx), or a written sheet."
    return None


def _guess(data: bytes, good: int) -> str:
    if not data[:good].isascii():
        return " from here on: it may be damaged"
    names = [name for codec, name in _JAPANESE.items() if _decodes(data, codec)]
    return f": it looks like {' or '.join(names)}" if names else ""


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _has_control_characters(text: str, notes: Notes) -> bool:
    before = len(notes.mistakes)
    for number, line in enumerate(text.split("\n"), 1):
        found = CONTROL.search(line)
        if found is None:
            continue
        if found[0] == "\x1b":
            problem, mend = "The file is not UTF-8: it looks like ISO-2022-JP.", _SAVE_AS_UTF8
        elif found[0] == "\0":
            problem, mend = "The file is binary, or UTF-16 without its mark.", _SAVE_AS_UTF8
        else:
            problem = f"There is a control character (U+{ord(found[0]):04X})."
            mend = "Delete it and type the text around it again."
        notes.add(Place(number, found.start() + 1), problem, mend)
        if found[0] in "\x1b\0":
            break
    return len(notes.mistakes) > before
