"""What is watched by default on servers of a role (catalogue section 11), from roles.yaml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from toban.catalogue.document import Sequence, read_document
from toban.catalogue.format import Format, half_width, line_of_text, matching
from toban.catalogue.menu import menu
from toban.catalogue.mistake import CatalogueError, Notes, Place, Refusal, did_you_mean, quoted
from toban.catalogue.section import Section, note_repeated, section_of

EVERY_SERVER = "any"


@dataclass(frozen=True, slots=True)
class Role:
    """Items that are added as they are, groups of which a sheet names one, and items for which it
    gives keys.
    """

    role: str
    name_ja: str
    name_en: str
    items: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    with_keys: tuple[str, ...] = ()

    @property
    def mentioned(self) -> tuple[str, ...]:
        """Every item of the role."""
        return (*self.items, *(item for group in self.one_of for item in group), *self.with_keys)


Roles = Mapping[str, Role]


def _item_name(text: str) -> str:
    typed = half_width(text).lower()
    if typed not in menu():
        raise Refusal(f"{quoted(text)} is not on the menu.", did_you_mean(typed, menu()))
    return typed


ITEM = Format(_item_name, "http", "")
"""The name of an item of the menu."""

_NAME = line_of_text(40, "Web server")
_ROLE = matching(r"[a-z]{1,12}", "a role", "Use at most 12 small letters.", "web")


@cache
def roles() -> Roles:
    """Return the roles that ship with toban; raises CatalogueError when they are not sound."""
    name = "roles.yaml"
    return read_roles((files("toban.catalogue") / name).read_bytes(), name)


def read_roles(data: bytes, file: str) -> Roles:
    """Return the roles of a file, by name; raises CatalogueError with all of its mistakes."""
    notes = Notes(file)
    root = read_document(data, notes)
    found: dict[str, Role] = {}
    if root is not None and (whole := section_of(root, notes, "the roles")):
        found = {role.role: role for role in _roles(whole)}
        if EVERY_SERVER not in found:
            mend = "Add it: what every server has, whatever its role."
            notes.add(whole.place, f'The role "{EVERY_SERVER}" is missing.', mend)
    notes.raise_as(CatalogueError)
    return found


def _roles(whole: Section) -> Iterator[Role]:
    for key in whole.keys:
        part = whole.section(key)
        if part is None:
            continue
        try:
            _ROLE.parse(key)
        except Refusal as refusal:
            part.notes.add(part.place, refusal.problem, refusal.mend)
        yield _role(key, part)


def _role(name: str, part: Section) -> Role:
    items = part.listed("items", ITEM, required=False)
    groups = list(_groups(part))
    keyed = part.listed("with_keys", ITEM, required=False)
    placed = [*items, *(each for group in groups for each in group), *keyed]
    note_repeated(placed, part.notes, "The item", "Remove one of the two.")
    if not placed:
        part.notes.add(part.place, f"The role {name} has no items.", "Add some, or remove it.")
    read = Role(
        role=name,
        name_ja=part.required("ja", _NAME),
        name_en=part.required("en", _NAME),
        items=_named(items),
        one_of=tuple(_named(group) for group in groups),
        with_keys=_named(keyed),
    )
    part.close()
    return read


def _groups(part: Section) -> Iterator[list[tuple[str, Place]]]:
    if not part.has("one_of"):
        return
    for node in part.nodes("one_of", '"one_of: [[proc_httpd, proc_nginx]]"'):
        if not isinstance(node, Sequence) or len(node.items) < 2:  # noqa: PLR2004 - a choice
            mend = 'Write it like "one_of: [[proc_httpd, proc_nginx]]".'
            part.notes.add(node.place, "A choice is a list of two items or more.", mend)
            continue
        yield [part.value(each, "one_of", ITEM) for each in node.items]


def _named(items: list[tuple[str, Place]]) -> tuple[str, ...]:
    return tuple(item for item, _ in items if item)
