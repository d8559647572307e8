"""What people's forms get wrong, and the exact words with the cell that they are told.

tests/testdata/sheets/forms.txt holds what is typed into cells; the tests, what becomes of whole
files.
"""

import ast
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart

from contract.form_words import TABS
from contract.sheet import SheetError, parse_sheet
from contract.workbook_file import MOST_BYTES
from tests.unit.acme_sheet import ACME
from tests.unit.test_workbook import filled

SHEETS = Path(__file__).parents[1] / "testdata" / "sheets"
Change = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Slip:
    name: str
    cells: dict[str, Any]
    told: list[str]


def slips() -> Iterator[Slip]:
    text = (SHEETS / "forms.txt").read_text(encoding="utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name, *lines = part.splitlines()
        typed = [line[2:].split(" = ", 1) for line in lines if line.startswith("+ ")]
        cells = {cell: ast.literal_eval(value) for cell, value in typed}
        yield Slip(name, cells, [line[2:] for line in lines if line.startswith("= ")])


SLIPS = list(slips())


def told(data: bytes) -> list[str]:
    with pytest.raises(SheetError) as refused:
        parse_sheet(data, "acme.xlsx")
    return [line.removeprefix("acme.xlsx:") for line in str(refused.value).splitlines()]


def told_of(change: Change) -> list[str]:
    return told(filled(change=change))


@pytest.mark.clause("C-2")
@pytest.mark.parametrize("slip", SLIPS, ids=[slip.name for slip in SLIPS])
def test_a_slip_is_named_with_its_cell_and_its_mend(slip: Slip) -> None:
    def change(book: Any) -> None:
        for where, value in slip.cells.items():
            tab, _, cell = where.partition("!")
            book[tab][cell] = value

    assert told_of(change) == slip.told


def test_a_tab_that_was_renamed_or_is_not_there_is_told() -> None:
    def change(book: Any) -> None:
        book["連絡先"].title = "連絡先一覧"
        del book["監視項目"]

    assert told_of(change) == [
        f'1:1: There is no tab "{tab.ja}" ({tab.en}). '
        "Use the form as it was handed out, with all of its tabs."
        for tab in (TABS["monitors"], TABS["contacts"])
    ]


def test_a_chart_under_the_name_of_a_tab_is_no_tab() -> None:
    def change(book: Any) -> None:
        del book["連絡先"]
        book.create_chartsheet("連絡先").add_chart(BarChart())

    assert told_of(change) == [
        '1:1: There is no tab "連絡先" (Contacts). '
        "Use the form as it was handed out, with all of its tabs."
    ]


def test_mistakes_in_an_english_form_name_its_own_tabs() -> None:
    def change(book: Any) -> None:
        book["Monitors"]["A2"] = "web02"
        book["Monitors"]["D1"] = "Thresh"
        book["Contacts"].delete_rows(2, 2)

    mistakes = told(filled("en", change))

    assert [line.partition(": ")[0] for line in mistakes] == [
        "Monitors!D1",
        "Contacts!A2",
        "Monitors!A2",
    ]
    assert 'There is no server "web02" on the tab "Servers".' in mistakes[2]


def test_lines_far_below_the_form_are_told_and_not_lost() -> None:
    def change(book: Any) -> None:
        book["監視項目"]["A9000"] = "web01"

    assert told_of(change) == [
        "監視項目!A5001: The tab has more than 5000 lines. "
        "Delete the lines from here on, empty ones as well."
    ]


def _archive(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _coloured(lines: int) -> bytes:
    """Return the form with so many further lines that hold nothing but a colour."""
    line = "<row>" + '<c s="1"/>' * 10 + "</row>"
    out = io.BytesIO(filled())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", f"<sheetData>{line * lines}</sheetData>")
    return out.getvalue()


_NO_WORKBOOK = "1:1: The file is an archive, but no workbook of Excel (.xlsx). "
_AGAIN = "Save the form as .xlsx and hand it in again."
_OLD = "1:1: The file is an Excel workbook of the old kind (.xls), or one with a password. "
_EMPTY = "1:1: The file is empty. Start from the example in docs/."
_LARGE = "1:1: The workbook is too large. Use the form as it was handed out."
FILES = {
    "an old workbook": (
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        f"{_OLD}Save it as .xlsx without a password.",
    ),
    "a PDF": (
        b"%PDF-1.7 ...",
        "1:1: The file is a PDF. Hand in the form itself (.xlsx), or a written sheet.",
    ),
    "an OpenDocument sheet": (
        _archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
        _NO_WORKBOOK + _AGAIN,
    ),
    "a cut-off workbook": (
        filled()[:2000],
        f"1:1: The workbook cannot be read (BadZipFile). {_AGAIN}",
    ),
    "an empty file": (b"", _EMPTY),
    "too large": (filled() + bytes(MOST_BYTES), _LARGE),
    "a bomb": (_archive(**{"xl/workbook.xml": "0" * (65 * 1024 * 1024)}), _LARGE),
    "a sheet coloured to its end": (
        _coloured(90_000),
        "1:1: The workbook has too many cells. "
        "Delete the empty lines and columns that are only coloured or ruled.",
    ),
    "a list from Excel": (
        "サーバ名,IPアドレス\nweb01,192.0.2.10\n".encode("cp932"),
        "1:1: The file is not UTF-8: it looks like Shift_JIS. "
        "Save it as UTF-8 (the editor's save dialogue offers the encoding).",
    ),
}


@pytest.mark.clause("C-2")
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind_is_named_for_what_it_is(name: str) -> None:
    data, expected = FILES[name]

    assert told(data) == [expected]


def test_what_people_do_and_mean_is_understood() -> None:
    """Widths, blanks, dates, hidden tabs, tabs of their own, quotes in texts, the order of tabs."""

    def change(book: Any) -> None:
        book["契約"]["B6"] = date(2026, 12, 1)
        book["サーバ"]["A2"] = "ｗｅｂ０１\u3000"
        book["サーバ"]["B2"] = " 192.0.2.10\u00a0\n"
        book["サーバ"]["C2"] = "一次対応ｻｰﾋﾞｽ"
        book["監視項目"]["B3"] = "ＨＴＴＰ［ｈｔｔｐ］"
        book["監視項目"]["E3"] = "８０８０"
        book["連絡先"].sheet_state = "hidden"
        book.create_sheet("メモ", 0)["A1"] = "社内用"

    plain = parse_sheet(ACME.encode(), "acme.yaml")
    read = parse_sheet(filled(change=change), "acme.xlsm")

    assert (read.customer, read.servers) == (plain.customer, plain.servers)
    assert read.start == date(2026, 12, 1)


def test_a_written_sheet_with_a_mark_or_in_utf_16_is_understood() -> None:
    for codec in ("utf-8-sig", "utf-16"):
        assert parse_sheet(ACME.encode(codec), "a.yaml") == parse_sheet(ACME.encode(), "a.yaml")


def test_a_formula_counts_as_what_excel_made_of_it() -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(filled()))
    book["連絡先"]["A2"] = "=1"
    out = io.BytesIO()
    book.save(out)
    reckoned = _with(out.getvalue(), b"<f>1</f><v />", b"<f>1</f><v>7</v>")

    assert parse_sheet(reckoned, "acme.xlsx").customer.contacts[0].name == "7"


def _with(data: bytes, before: bytes, after: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            assert b"<f>" not in content or before in content
            new.writestr(name, content.replace(before, after))
    return out.getvalue()


def test_there_are_more_than_fifty_broken_sheets_with_their_exact_words() -> None:
    bad = [path for path in (SHEETS / "bad").iterdir() if path.suffix == ".txt"]
    written = (SHEETS / "mistakes.txt").read_text(encoding="utf-8").count("\n## ")

    assert len(SLIPS) + len(FILES) > 40
    assert len(SLIPS) + len(FILES) + len(bad) + written > 50
