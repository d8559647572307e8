"""One group of keys of a file that is being read: hands out values and notes what is wrong."""

from collections.abc import Iterable
from typing import TypeVar

from toban.catalogue.document import Mapping, Node, Scalar, Sequence, is_empty
from toban.catalogue.format import Format
from toban.catalogue.mistake import Notes, Place, Refusal, did_you_mean, quoted

T = TypeVar("T")
STORE_IT = "Put it into the parameter store and write the parameter's name, /toban/..., instead."
SECRET_KEYS = frozenset({"password", "passphrase", "passwd", "community", "private_key", "token"})


class Section:
    """Reads one mapping; what is wrong is noted and replaced by a stand-in, and reading goes on.

    Call `close` at the end: it notes the keys that nobody asked for.
    """

    def __init__(self, node: Mapping, notes: Notes, name: str) -> None:
        self._node = node
        self._asked: dict[str, None] = {}
        self.notes = notes
        self.name = name

    @property
    def place(self) -> Place:
        """Where the section begins."""
        return self._node.place

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that are written, without taking them as known."""
        return tuple(self._node.keys)

    def has(self, key: str) -> bool:
        """Tell whether the key is written, and take it as known."""
        self._asked[key] = None
        return key in self._node.values

    def is_list(self, key: str) -> bool:
        """Tell whether the key is written with a list."""
        return isinstance(self._node.values.get(key), Sequence)

    def place_of(self, key: str) -> Place:
        """Where the key's value stands, for a list or a group the key itself; else the section."""
        node = self._node.values.get(key)
        if isinstance(node, Scalar):
            return node.place
        return self._node.keys.get(key, self.place)

    def note(self, key: str, problem: str, mend: str) -> None:
        """Note a mistake at the value of `key`."""
        self.notes.add(self.place_of(key), problem, mend)

    def required(self, key: str, form: Format[T]) -> T:
        """Return the value; a stand-in when it is missing or wrong, which is noted."""
        if not self.has(key):
            self._note_missing(key, f'"{key}: {form.example}"', form.example)
            return form.stand_in
        return self._read(key, self._node.values[key], form, form.stand_in)

    def optional(self, key: str, form: Format[T], default: T) -> T:
        """Return the value, or `default` when it is not written or wrong, which is noted."""
        return self._read(key, self._node.values[key], form, default) if self.has(key) else default

    def listed(self, key: str, form: Format[T], *, required: bool = True) -> list[tuple[T, Place]]:
        """Return the values of a list with their places; one value alone is a list of one."""
        nodes = self._nodes(key, f'"{key}: [{form.example}]"', form.example, required=required)
        return [(self._read(key, node, form, form.stand_in), node.place) for node in nodes]

    def section(self, key: str) -> "Section | None":
        """Return the group under the key, or None when it is not written or no group."""
        if not self.has(key):
            return None
        return section_of(self._node.values[key], self.notes, key)

    def required_section(self, key: str) -> "Section | None":
        """Return the group under the key; None is noted."""
        if not self.has(key):
            self._note_missing(key, f'"{key}:" with its lines indented below it')
        return self.section(key)

    def nodes(self, key: str, example: str, *, required: bool = True) -> list[Node]:
        """Return the parts of a list, which when required must be there and not be empty."""
        return self._nodes(key, example, required=required)

    def value(self, node: Node, key: str, form: Format[T]) -> tuple[T, Place]:
        """Return the value of a part of the key's list with its place, noting what is wrong."""
        return self._read(key, node, form, form.stand_in), node.place

    def close(self) -> None:
        """Note every key that nobody has asked for."""
        for key in self._node.keys:
            if key not in self._asked:
                self._note_unknown(key)

    def _nodes(self, key: str, example: str, value: str = "", *, required: bool) -> list[Node]:
        if not self.has(key):
            if required:
                self._note_missing(key, example, value)
            return []
        node = self._node.values[key]
        if isinstance(node, Sequence):
            if not node.items and required:
                self.note(
                    key, f'"{key}" is an empty list.', f"Add at least one, for example {example}."
                )
            return list(node.items)
        if is_empty(node):
            self._note_empty(key, node, example)
            return []
        if isinstance(node, Mapping):
            self.note(key, f'"{key}" must be a list.', 'Begin each of its parts with "- ".')
            return []
        return [node]

    def _read(self, key: str, node: Node, form: Format[T], stand_in: T) -> T:
        if not isinstance(node, Scalar):
            kind = "a list" if isinstance(node, Sequence) else "a group of keys"
            problem = f'"{key}" must be one value, not {kind}.'
            self.notes.add(node.place, problem, f'Write it like "{key}: {form.example}".')
        elif is_empty(node):
            self._note_empty(key, node, f'"{key}: {form.example}"')
        else:
            try:
                return form.parse(node.text)
            except Refusal as refusal:
                self.notes.add(node.place, f"{key}: {refusal.problem}", refusal.mend)
        return stand_in

    def _note_missing(self, key: str, example: str, value: str = "") -> None:
        if blank := self._node.blanks.get(key):
            problem = f'"{blank.label}" is missing from {self.name}.'
            self.notes.add(blank.place, problem, f"Fill in the cell, for example {value}.")
            return
        problem = f'"{key}" is missing from {self.name}.'
        self.notes.add(self.place, problem, f"Add it, for example {example}.")

    def _note_empty(self, key: str, node: Node, example: str) -> None:
        mend = f"Write a value, for example {example}, or remove the line."
        self.notes.add(node.place, f'"{key}" is empty.', mend)

    def _note_unknown(self, key: str) -> None:
        place = self._node.keys[key]
        if key.lower() in SECRET_KEYS:
            mend = f"{STORE_IT} And change it: it has been in a file."
            self.notes.add(place, f'"{key}" would be a secret in the file.', mend)
            return
        problem = f"{quoted(key)} is not known in {self.name}."
        self.notes.add(place, problem, did_you_mean(key, self._asked))


def section_of(node: Node, notes: Notes, name: str) -> Section | None:
    """Return the node as a section, or None with a note when it is no group of keys."""
    if isinstance(node, Mapping):
        return Section(node, notes, name)
    kind = "a list" if isinstance(node, Sequence) else "one value"
    if isinstance(node, Scalar) and is_empty(node):
        kind = "empty"
    shown = f"{name[0].upper()}{name[1:]}" if " " in name else f'"{name}"'
    problem = f"{shown} must be a group of keys, but it is {kind}."
    notes.add(node.place, problem, 'Write lines of "key: value", indented below it.')
    return None


def note_repeated(values: Iterable[tuple[str, Place]], notes: Notes, what: str, mend: str) -> None:
    """Note every value that stands a second time, naming the line of the first."""
    first: dict[str, Place] = {}
    for value, place in values:
        if value and value in first:
            problem = f"{what} {quoted(value)} is there twice (first {first[value].where})."
            notes.add(place, problem, mend)
        first.setdefault(value, place)
