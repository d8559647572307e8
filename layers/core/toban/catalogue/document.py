"""Reads YAML that a person wrote, keeping the place of everything and every value as it was typed.

Values stay text: YAML itself would make a number of a telephone (+81312345678), an octal of 0120
and `false` of `no`. No tag is followed, no object is built, and what aliases repeat counts against
the same limit as what is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from toban.catalogue.encoding import CONTROL, MAX_BYTES, decode
from toban.catalogue.mistake import Notes, Place, quoted
from toban.catalogue.syntax import note_syntax_error

MAX_DEPTH = 12
MAX_VALUES = 50_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as typed; `plain` tells that no quotes stood around it."""

    place: Place
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    place: Place
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A cell of a form that was left empty, and the words beside it."""

    place: Place
    label: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order of the file; `keys` tells where each key stands,
    `blanks` where others would stand in a form.
    """

    place: Place
    values: dict[str, "Node"]
    keys: dict[str, Place]
    blanks: dict[str, Blank] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping
START = Place(1, 1)


def read_file(path: Path, notes: Notes) -> Node | None:
    """Return the tree of the file as read_document does; one that cannot be opened is noted."""
    data = read_bytes(path, notes, MAX_BYTES)
    return None if data is None else read_document(data, notes)


def read_bytes(path: Path, notes: Notes, most: int) -> bytes | None:
    """Return what is in the file, one byte more than `most` where there is more than that; None
    when it cannot be opened, which is noted.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        problem = f"The file cannot be read: {error.strerror}."
        notes.add(START, problem, "Check its name and its rights.")
        return None


def read_document(data: bytes, notes: Notes) -> Node | None:
    """Return the tree of the file, or None when it has none; every mistake of form goes to `notes`.

    A tree is returned also beside mistakes (a key written twice, a tag), so that the reader can
    list further ones.
    """
    text = decode(data, notes)
    if text is None:
        return None
    try:
        return _Builder(text, notes).document()
    except _LimitError:
        return None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # PyYAML lets chr() and int() raise what they like on "\UFFFFFFFF" or a long %YAML version.
        note_syntax_error(error, text, notes)
        return None


class _LimitError(Exception):
    """The file is not read on; the reason is noted."""


class _Builder:
    """Builds the tree from the parser's events; stops at the limits before they cost anything."""

    def __init__(self, text: str, notes: Notes) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self._notes = notes
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._count = 0

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if root is not None:
                self._refuse_second(event)
            root = self._node(next(self._events), 0)
        if root is None or is_empty(root):
            mend = "Start from the example in docs/."
            self._notes.add(START, "The file is empty.", mend)
            return None
        return root

    def _refuse_second(self, event: yaml.Event) -> None:
        problem = 'A second document begins here ("---").'
        self._notes.add(_place(event), problem, "Put each customer in a file of their own.")
        raise _LimitError

    def _node(self, event: yaml.Event, depth: int) -> Node:
        self._count_one(event, depth)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._count
        self._refuse_tag(event)
        node = self._value(event, depth)
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self._anchors[event.anchor] = (node, self._count - before + 1)
        return node

    def _value(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        return Sequence(_place(event), tuple(self._items(depth)))

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, start: yaml.Event, depth: int) -> Mapping:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._notes.add(key.place, "A key must be a word.", "Write it as one word.")
            elif key.text in values:
                self._note_duplicate(key, keys[key.text])
            else:
                values[key.text], keys[key.text] = value, key.place
        return Mapping(_place(start), values, keys)

    def _note_duplicate(self, key: Scalar, first: Place) -> None:
        problem = f"{quoted(key.text)} is written twice (first {first.where})."
        self._notes.add(key.place, problem, "Keep one of the two lines.")

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        if CONTROL.search(event.value):
            problem = "The value holds a control character."
            self._notes.add(_place(event), problem, "Remove the backslash sequence that makes it.")
        return Scalar(_place(event), CONTROL.sub("?", event.value), event.style is None)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        kept = self._anchors.get(str(event.anchor))
        if kept is None:
            problem = f'"*{event.anchor}" repeats something that is not written before it.'
            self._notes.add(_place(event), problem, f'Mark it with "&{event.anchor}" above.')
            return Scalar(_place(event), "", plain=True)
        self._count += kept[1]
        return kept[0]

    def _refuse_tag(self, event: yaml.Event) -> None:
        if getattr(event, "tag", None):
            mend = 'Remove the word that begins with "!", or put the value in quotes.'
            self._notes.add(_place(event), "Tags are not used in this file.", mend)

    def _count_one(self, event: yaml.Event, depth: int) -> None:
        self._count += 1
        if depth <= MAX_DEPTH and self._count <= MAX_VALUES:
            return
        if depth > MAX_DEPTH:
            problem = f"The file is nested more than {MAX_DEPTH} levels deep."
        else:
            problem = f"The file has more than {MAX_VALUES} values, counting what aliases repeat."
        self._notes.add(_place(event), problem, "Write it as the example in docs/ shows.")
        raise _LimitError


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1) if mark else START


def is_empty(node: Node) -> bool:
    """Tell whether a key was written without a value."""
    return isinstance(node, Scalar) and node.plain and node.text in ("", "~", "null")
