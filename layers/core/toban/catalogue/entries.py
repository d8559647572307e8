"""Files of the provider's data that are a struct for each key: read fast, and explained when they
are wrong.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
import yaml

from toban.catalogue.document import Mapping, Node, Scalar, Sequence, read_document
from toban.catalogue.mistake import CatalogueError, Notes, Place, did_you_mean
from toban.catalogue.section import section_of

T = TypeVar("T")
_COMPLAINT = re.compile(r"(?P<problem>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_]+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MEND = "Write it as the head of the file explains."


def read_entries(data: bytes, file: str, kind: Any) -> dict[str, T]:
    """Return the file's entries, each a `kind`; raises CatalogueError with all of its mistakes."""
    try:
        found: dict[str, T] = msgspec.convert(yaml.safe_load(data), dict[str, kind])
    except (msgspec.ValidationError, yaml.YAMLError, ValueError):
        raise _explained(data, file, kind) from None
    return found


def _explained(data: bytes, file: str, kind: Any) -> CatalogueError:
    notes = Notes(file)
    root = read_document(data, notes)
    if isinstance(root, Mapping) and not notes.mistakes:
        for key, value in yaml.safe_load(data).items():
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError as error:
                _note(error, str(key), root, notes, kind)
    elif root is not None:
        section_of(root, notes, "the file")
    return CatalogueError(notes.mistakes)


def _note(error: Exception, key: str, root: Mapping, notes: Notes, kind: Any) -> None:
    found = _COMPLAINT.fullmatch(str(error))
    problem, path = (found["problem"], found["path"] or "") if found else (str(error), "")
    place = _place(root.values[key], path, root.keys[key])
    mend = _MEND
    if unknown := _UNKNOWN.fullmatch(problem):
        mend = did_you_mean(unknown[1], _fields(kind))
    notes.add(place, f"{key}: {problem.replace('`', chr(34))}.", mend)


def _place(node: Node, path: str, place: Place) -> Place:
    """Follow the path of the complaint as far as it tells the way."""
    for key, index in _STEP.findall(path):
        if isinstance(node, Mapping) and key in node.values:
            place = node.keys[key]
            node = node.values[key]
        elif isinstance(node, Sequence) and index and int(index) < len(node.items):
            node = node.items[int(index)]
            place = node.place
        else:
            break
    return node.place if isinstance(node, Scalar) else place


def _fields(kind: Any) -> Iterator[str]:
    of_list = getattr(kind, "__args__", ())
    for struct in (kind, *of_list):
        if isinstance(struct, type) and issubclass(struct, msgspec.Struct):
            yield from struct.__struct_fields__
