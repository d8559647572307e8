"""Opens the file of a form in Excel, whatever it is, and notes what its programs left undone."""

import io
import re
import zipfile
from typing import Any

from toban.catalogue.document import START
from toban.catalogue.mistake import Notes, Place

ARCHIVE = b"PK\x03\x04"
MOST_BYTES = 4 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
MOST_TAGS = 1_000_000
"""An empty cell that is only coloured is one tag, and some 300 bytes once it is read; the form,
filled to its last line, has less than half of this.
"""
MOST_ROWS, MOST_COLUMNS = 5_000, 100
_WORKBOOK = "xl/workbook.xml"
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")


def opened(data: bytes, notes: Notes) -> Any | None:
    """Return the workbook with its values, None with a note when it cannot be read.

    Formulas count as what Excel last made of them; one without a result is noted. Macros are never
    looked at.
    """
    try:
        if not _may_be_unpacked(data, notes):
            return None
        book = _loaded(data, values=True)
        _note_unreckoned(data, book, notes)
    except Exception as error:
        problem = f"The workbook cannot be read ({type(error).__name__})."
        notes.add(START, problem, "Save the form as .xlsx and hand it in again.")
        return None
    return book


def _may_be_unpacked(data: bytes, notes: Notes) -> bool:
    """The sizes stand in the archive's list, and what unpacks to more than it says is an error."""
    names, unpacked = _listed(data) if len(data) <= MOST_BYTES else (set(), MOST_UNPACKED + 1)
    if unpacked > MOST_UNPACKED:
        notes.add(START, "The workbook is too large.", "Use the form as it was handed out.")
    elif _WORKBOOK not in names:
        problem = "The file is an archive, but no workbook of Excel (.xlsx)."
        notes.add(START, problem, "Save the form as .xlsx and hand it in again.")
    elif _tags(data) > MOST_TAGS:
        mend = "Delete the empty lines and columns that are only coloured or ruled."
        notes.add(START, "The workbook has too many cells.", mend)
    else:
        return True
    return False


def _listed(data: bytes) -> tuple[set[str], int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return set(archive.namelist()), sum(part.file_size for part in archive.infolist())


def _tags(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(archive.read(part).count(b"<") for part in archive.infolist())


def _loaded(data: bytes, *, values: bool) -> Any:
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def _note_unreckoned(data: bytes, book: Any, notes: Notes) -> None:
    """A formula whose result was never stored would be read as an empty cell."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tabs = [each for each in archive.namelist() if each.startswith("xl/worksheets/")]
        if not any(_FORMULA.search(archive.read(each)) for each in tabs):
            return
    for sheet in _loaded(data, values=False).worksheets:
        last = {"max_row": min(sheet.max_row, MOST_ROWS)}
        last["max_col"] = min(sheet.max_column, MOST_COLUMNS)
        for cell in (cell for row in sheet.iter_rows(**last) for cell in row):
            if cell.data_type == "f" and book[sheet.title][cell.coordinate].value is None:
                place = Place(cell.row, cell.column, f"{sheet.title}!{cell.coordinate}")
                mend = "Write the value itself, or open the file in Excel and save it."
                notes.add(place, "The formula has no result.", mend)
