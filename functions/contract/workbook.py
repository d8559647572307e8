"""Reads a hearing sheet that was filled in as a form in Excel, into the same tree as a written one:
every rule and every mistake is the same, and a mistake names its cell.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contract.form_words import CONTRACT, MONITORS, TABS, Tab, chosen
from contract.workbook_file import MOST_COLUMNS, MOST_ROWS, opened
from toban.catalogue.document import START, Blank, Mapping, Node, Scalar, Sequence
from toban.catalogue.encoding import CONTROL
from toban.catalogue.format import half_width
from toban.catalogue.mistake import Notes, Place, did_you_mean, quoted

_BETWEEN = re.compile(r"[\n,、，;；]+")
_AFTER_HOURS = re.compile(r"[\n;；]+|(?<=[\d時分])\s*[,、，]")  # not within 月、水 9:00-18:00
_LISTS = {"addresses": _BETWEEN, "access.host_keys": _BETWEEN, "hours": _AFTER_HOURS}
_PASTED_RETURN = "_x000D_"
"""How Excel stores the carriage return of a text that was pasted into a cell; nobody sees it."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands below `label`; "" where the cell is empty."""

    place: Place
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class _Filled:
    """A tab of the form under its name in this language: its filled lines, by the columns' keys."""

    title: str
    lines: list[dict[str, _Cell]]


def read_workbook(data: bytes, notes: Notes) -> Node | None:
    """Return the tree of the form, or None when it is no form; every mistake goes to `notes`."""
    book = opened(data, notes)
    if book is None:
        return None
    tabs = [filled for tab in TABS.values() if (filled := _tab_of(book, tab, notes))]
    return _tree(*tabs, notes=notes) if len(tabs) == len(TABS) else None


def _tab_of(book: Any, tab: Tab, notes: Notes) -> _Filled | None:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    sheet = sheets.get(tab.ja, sheets.get(tab.en))
    if sheet is None:
        mend = "Use the form as it was handed out, with all of its tabs."
        notes.add(START, f'There is no tab "{tab.ja}" ({tab.en}).', mend)
        return None
    _note_strange(sheet, notes)
    found = [_downwards(sheet, tab, notes)] if tab is CONTRACT else _lines(sheet, tab, notes)
    return _Filled(sheet.title, list(found))


def _downwards(sheet: Any, tab: Tab, notes: Notes) -> dict[str, _Cell]:
    """The contract stands in two columns: what is asked, and the answer."""
    found: dict[str, _Cell] = {}
    for label, value in sheet.iter_rows(
        min_row=2, max_row=min(sheet.max_row, MOST_ROWS), max_col=2
    ):
        if column := _key(label, tab, notes):
            found[column] = _cell(value, column, _label(label), notes)
        elif not _label(label) and _text(value).strip():
            mend = "Write the head into the first column, or empty the cell."
            notes.add(_place(value), "The line has no head: this would be lost.", mend)
    return found


def _lines(sheet: Any, tab: Tab, notes: Notes) -> Iterator[dict[str, _Cell]]:
    rows = sheet.iter_rows(
        max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS)
    )
    heads = next(rows, ())
    keys = _heads(heads, tab, notes)
    headless = {head.column for head in heads if not _label(head)}
    for row in rows:
        _note_headless(row, headless, notes)
        cells = zip(keys, heads, row, strict=False)
        line = {key: _cell(each, key, _label(head), notes) for key, head, each in cells if key}
        if _filled(line):
            yield line


def _note_headless(row: Iterable[Any], headless: set[int], notes: Notes) -> None:
    """Note once for each column what would be lost without a word."""
    for cell in row:
        if cell.column in headless and _text(cell).strip():
            mend = "Write the head into the first line, or empty the cells below it."
            notes.add(_place(cell), "The column has no head: this would be lost.", mend)
            headless.remove(cell.column)


def _note_strange(sheet: Any, notes: Notes) -> None:
    """Note what a person sees otherwise than we read it."""
    for merged in sheet.merged_cells.ranges:
        place = Place(merged.min_row, merged.min_col, f"{sheet.title}!{merged.coord}")
        mend = "Split them, and fill in each cell that it stands for."
        notes.add(place, "These cells are merged: only the first holds the text.", mend)
    if sheet.max_row > MOST_ROWS:
        place = Place(MOST_ROWS, 1, f"{sheet.title}!A{MOST_ROWS + 1}")
        mend = "Delete the lines from here on, empty ones as well."
        notes.add(place, f"The tab has more than {MOST_ROWS} lines.", mend)


def _heads(cells: Iterable[Any], tab: Tab, notes: Notes) -> list[str]:
    keys: list[str] = []
    for cell in cells:
        key = _key(cell, tab, notes)
        if key and key in keys:
            notes.add(_place(cell), "The column is there twice.", "Keep one of the two.")
        keys.append(key)
    return keys


def _key(cell: Any, tab: Tab, notes: Notes) -> str:
    """Return the column that a label stands for; "" for an empty one, or one nobody knows."""
    text = _label(cell)
    labels = {label: each.key for each in tab.columns for label in (each.ja, each.en)}
    earlier = {each.earlier: each.key for each in tab.columns if each.earlier}
    if text and text not in labels | earlier:
        notes.add(_place(cell), f"There is no column {quoted(text)}.", did_you_mean(text, labels))
    return (labels | earlier).get(text, "")


def _label(cell: Any) -> str:
    return str(cell.value or "").partition("\n")[0].strip()


def _cell(cell: Any, column: str, label: str, notes: Notes) -> _Cell:
    text = CONTROL.sub("?", _text(cell)).strip()
    if cell.data_type == "e":
        notes.add(_place(cell), f"The cell holds the error {text}.", "Write the value itself.")
        text = ""
    if text and cell.font.strike:
        notes.add(_place(cell), "The text is struck through.", "Delete it, or take the line away.")
    return _Cell(_place(cell), chosen(column, text), label)


def _filled(line: dict[str, _Cell]) -> dict[str, _Cell]:
    return {key: cell for key, cell in line.items() if cell.text}


def _place(cell: Any) -> Place:
    return Place(cell.row, cell.column, f"{cell.parent.title}!{cell.coordinate}")


def _text(cell: Any) -> str:
    """Return what a person sees in the cell, as a written sheet would have it."""
    value = cell.value
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and "%" in str(cell.number_format):
        return f"{value * 100:g}%"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).replace(_PASTED_RETURN, "").replace("\r", "")


def _tree(
    contract: _Filled, contacts: _Filled, servers: _Filled, monitors: _Filled, *, notes: Notes
) -> Mapping:
    about = dict(contract.lines[0])
    start = _taken(about, "start")
    by_server: dict[str, list[Node]] = {}
    for line in monitors.lines:
        server = _taken(line, "server")
        by_server.setdefault(half_width(server.text) if server else "", []).append(_mapping(line))
        _note_nowhere(server, _filled(line), servers, notes)
    parts: dict[str, Node] = {
        "customer": _mapping(about),
        "contacts": _list([_mapping(line) for line in contacts.lines], contacts),
        "servers": _list([_server(line, by_server) for line in servers.lines], servers),
    }
    if start:
        parts["start"] = _scalar(start)
    return Mapping(START, parts, {key: node.place for key, node in parts.items()})


def _taken(line: dict[str, _Cell], key: str) -> _Cell | None:
    cell = line.pop(key, None)
    return cell if cell and cell.text else None


def _note_nowhere(
    server: _Cell | None, line: dict[str, _Cell], servers: _Filled, notes: Notes
) -> None:
    """A monitor of a server that is not on its tab would be lost without a word."""
    known = [half_width(each["id"].text) for each in map(_filled, servers.lines) if "id" in each]
    if server and half_width(server.text) not in known:
        problem = f'There is no server {quoted(server.text)} on the tab "{servers.title}".'
        notes.add(server.place, problem, did_you_mean(server.text, known))
    elif not server and line:
        place = next(iter(line.values())).place
        column = MONITORS.columns[0]
        mend = f'Fill in the column "{column.ja}" ({column.en}).'
        notes.add(place, "This monitor has no server.", mend)


def _server(line: dict[str, _Cell], by_server: dict[str, list[Node]]) -> Mapping:
    node = _mapping(line)
    watched = by_server.get(half_width(line["id"].text) if "id" in line else "", [])
    node.values["monitors"] = Sequence(watched[0].place if watched else node.place, tuple(watched))
    node.keys["monitors"] = node.place
    return node


def _mapping(line: dict[str, _Cell]) -> Mapping:
    """Return the group that a line stands for; access.user is the key "user" of "access"."""
    place = next((cell.place for cell in _filled(line).values()), START)
    node = Mapping(place, {}, {})
    for key, cell in _filled(line).items():
        group, _, own = key.rpartition(".")
        target = node
        if group:
            inner = node.values.setdefault(group, Mapping(cell.place, {}, {}))
            node.keys.setdefault(group, cell.place)
            target = inner if isinstance(inner, Mapping) else node
        target.values[own] = _several(cell, _LISTS[key]) if key in _LISTS else _scalar(cell)
        target.keys[own] = cell.place
    for key, cell in line.items():
        group, _, own = key.rpartition(".")
        beside = node.values.get(group) if group else node
        if not cell.text and isinstance(beside, Mapping):
            beside.blanks[own] = Blank(cell.place, cell.label)
    return node


def _several(cell: _Cell, between: re.Pattern[str]) -> Sequence:
    parts = [part.strip() for part in between.split(cell.text) if part.strip()]
    return Sequence(cell.place, tuple(Scalar(cell.place, part, plain=False) for part in parts))


def _scalar(cell: _Cell) -> Scalar:
    return Scalar(cell.place, cell.text, plain=False)


def _list(nodes: list[Node], filled: _Filled) -> Sequence:
    """An empty list stands where its first line would."""
    first_line = Place(2, 1, f"{filled.title}!A2")
    return Sequence(nodes[0].place if nodes else first_line, tuple(nodes))
