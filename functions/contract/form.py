"""Makes the hearing sheet as a form for Excel, with what may be chosen to be chosen from."""

import io
from typing import TYPE_CHECKING, Any

from contract.form_words import ANSWERS, CONTRACT, MONITORS, PLANS, TABS, YES_OR_NO, Tab, items

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LISTS = "lists"
_TEXT = "@"
"""Excel's format of plain text: a telephone keeps its zero, a version stays what was typed."""

_GREEN, _GREY, _LINE = "FF2F6B4F", "FF6B6B6B", "FFB8C4BE"
_FORMATTED, _RULED = 200, 30
"""Lines that keep what is typed as text, and lines that are ruled, on paper as well."""
_MARGIN = 0.4  # inches
_FONTS = {"ja": "Yu Gothic", "en": "Calibri"}


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
    for number, words in enumerate([title, None, None], 1):
        _style(sheet.cell(1, number, words), locale)
    for row, column in enumerate(tab.columns, 2):
        _ruled(sheet.cell(row, 1, column.label(locale)), locale, bold=True)
        _ruled(sheet.cell(row, 2), locale)
        _faint(sheet.cell(row, 3, column.hint(locale)), locale)
        sheet.row_dimensions[row].height = 24
    for letter, width in {"A": 22, "B": 44, "C": 44}.items():
        sheet.column_dimensions[letter].width = width
    sheet.cell(4, 2, "en" if locale == "en" else "ja")
    sheet.cell(5, 2, "Asia/Tokyo")
    _on_paper(sheet, tab)


def _table(sheet: "Worksheet", tab: Tab, locale: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(tab.columns, 1):
        head = sheet.cell(1, number, column.label(locale))
        _style(head, locale)
        if hint := column.hint(locale):
            head.comment = Comment(hint, "toban")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        for row in range(2, 2 + min(tab.lines, _FORMATTED)):
            sheet.cell(row, number).number_format = _TEXT
        for row in range(2, 2 + min(tab.lines, _RULED)):
            _ruled(sheet.cell(row, number), locale)
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "B2"
    _on_paper(sheet, tab)


def _on_paper(sheet: "Worksheet", tab: Tab) -> None:
    """Fit all columns on one page; the head of the table stands on each."""
    from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3 if tab is MONITORS else sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins.left = sheet.page_margins.right = _MARGIN
    sheet.print_title_rows = "1:1"
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("&A  &P / &N"))


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
    _offer_language(book[CONTRACT.title(locale)])
    _offer(book, locale, ("server",), f"'{TABS['servers'].title(locale)}'!$A$2:$A$301")


def _offer_language(sheet: "Worksheet") -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    choice = DataValidation(type="list", formula1='"ja,en"', allow_blank=True)
    choice.add("B4")
    sheet.add_data_validation(choice)


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


def _style(cell: Any, locale: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(name=_FONTS[locale], bold=True, color="FFFFFFFF")
    cell.fill = PatternFill("solid", start_color=_GREEN)
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def _ruled(cell: Any, locale: str, *, bold: bool = False) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    line = Side(style="thin", color=_LINE)
    cell.number_format = _TEXT
    cell.font = Font(name=_FONTS[locale], bold=bold)
    cell.border = Border(line, line, line, line)
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def _faint(cell: Any, locale: str) -> None:
    from openpyxl.styles import Alignment, Font

    cell.font = Font(name=_FONTS[locale], color=_GREY)
    cell.alignment = Alignment(vertical="center", indent=1)
