"""Makes the hearing sheet as a form for Excel, with what may be chosen to be chosen from."""

import io
from typing import TYPE_CHECKING, Any

from contract.form_words import ANSWERS, CONTRACT, PLANS, TABS, YES_OR_NO, Tab, items

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LISTS = "lists"
_TEXT = "@"
"""Excel's format of plain text: a telephone keeps its zero, a version stays what was typed."""

_GREEN, _GREY = "FF2F6B4F", "FF6B6B6B"


def blank_form(locale: str) -> bytes:
    """Return an empty form in the language, as the bytes of an .xlsx file."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for tab in TABS.values():
        sheet = book.create_sheet(tab.title(locale))
        if tab is CONTRACT:
            _downwards(sheet, tab, locale)
        else:
            _table(sheet, tab, locale)
    _choices(book, locale)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _downwards(sheet: "Worksheet", tab: Tab, locale: str) -> None:
    title = "ヒアリングシート" if locale != "en" else "Hearing sheet"
    sheet.cell(1, 1, title)
    _style(sheet.cell(1, 1))
    for row, column in enumerate(tab.columns, 2):
        sheet.cell(row, 1, column.label(locale))
        sheet.cell(row, 2).number_format = _TEXT
        sheet.cell(row, 3, column.hint(locale))
        _faint(sheet.cell(row, 3))
    for letter, width in {"A": 22, "B": 44, "C": 44}.items():
        sheet.column_dimensions[letter].width = width
    sheet.cell(4, 2, "en" if locale == "en" else "ja")
    sheet.cell(5, 2, "Asia/Tokyo")


def _table(sheet: "Worksheet", tab: Tab, locale: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(tab.columns, 1):
        head = sheet.cell(1, number, column.label(locale))
        _style(head)
        if hint := column.hint(locale):
            head.comment = Comment(hint, "toban")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        for row in range(2, 2 + min(tab.lines, 200)):
            sheet.cell(row, number).number_format = _TEXT
    sheet.freeze_panes = "A2"


def _choices(book: Any, locale: str) -> None:
    """Add the lists to choose from: plans, servers, items of the menu, yes and no."""
    english = locale == "en"
    lists = {
        ("plan",): [labels[english] for labels in PLANS.values()],
        ("item",): list(items(locale)),
        YES_OR_NO: [labels[english] for labels in ANSWERS.values()],
    }
    kept = book.create_sheet(_LISTS)
    kept.sheet_state = "hidden"
    for number, (keys, words) in enumerate(lists.items(), 1):
        for row, word in enumerate(words, 1):
            kept.cell(row, number, word)
        letter = "ABC"[number - 1]
        _offer(book, locale, keys, f"{_LISTS}!${letter}$1:${letter}${len(words)}")
    _offer(book, locale, ("server",), f"'{TABS['servers'].title(locale)}'!$A$2:$A$301")


def _offer(book: Any, locale: str, keys: tuple[str, ...], source: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for tab in TABS.values():
        for number, column in enumerate(tab.columns, 1):
            if column.key in keys:
                choice = DataValidation(type="list", formula1=f"={source}", allow_blank=True)
                letter = get_column_letter(number)
                choice.add(f"{letter}2:{letter}{1 + tab.lines}")
                book[tab.title(locale)].add_data_validation(choice)


def _style(cell: Any) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(bold=True, color="FFFFFFFF")
    cell.fill = PatternFill("solid", start_color=_GREEN)
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def _faint(cell: Any) -> None:
    from openpyxl.styles import Font

    cell.font = Font(italic=True, color=_GREY)
