"""The monitors that a server's roles bring along (catalogue section 11), beside the sheet's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toban.catalogue.document import Mapping, Node, Scalar
from toban.catalogue.format import Format, half_width
from toban.catalogue.mistake import Place, Refusal, did_you_mean, quoted
from toban.catalogue.roles import EVERY_SERVER, ITEM, Role, roles
from toban.catalogue.section import Section, note_repeated

_EXAMPLE = '"monitors: [ssh, http, cpu]"'


def _role_name(text: str) -> str:
    typed = half_width(text).lower()
    if typed not in roles():
        raise Refusal(f"{quoted(text)} is not a role.", did_you_mean(typed, roles()))
    return typed


_ROLE = Format(_role_name, "web", "")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the sheet itself says of a server's monitors."""

    items: frozenset[str]
    ids: frozenset[str]
    without: frozenset[str]


def monitor_nodes(server: Section) -> list[Node]:
    """Return what the sheet writes under `monitors`, and what its roles bring along after it.

    A role's item gives way to a monitor of the sheet with its id. What a role leaves to the sheet
    and the sheet does not say is noted.
    """
    read = server.listed("role", _ROLE, required=False)
    named = [(role, place) for role, place in read if role]
    note_repeated(named, server.notes, "The role", "Remove one of the two.")
    without = server.listed("without", ITEM, required=False)
    if not server.has("role"):
        if without:
            mend = 'Remove it, or name a role with "role:".'
            server.note("without", "There is no role that something could be left out of.", mend)
        return server.nodes("monitors", _EXAMPLE)
    written = server.nodes("monitors", _EXAMPLE) if server.has("monitors") else []
    sheet = _said(written, without)
    chosen = _with_every(named, server)
    if len(named) == len(read):
        _note_strangers(without, [role for role, _ in chosen], server)
    added = [each for role, place in chosen for each in _brought(role, place, sheet, server)]
    return [*written, *{each.text: each for each in added}.values()]


def _with_every(named: Sequence[tuple[str, Place]], server: Section) -> list[tuple[Role, Place]]:
    if not named:
        return []
    others = [(roles()[name], place) for name, place in named if name != EVERY_SERVER]
    return [(roles()[EVERY_SERVER], server.place_of("role")), *others]


def _said(written: Sequence[Node], without: Sequence[tuple[str, Place]]) -> _Sheet:
    parts = [_item_and_id(node) for node in written]
    left_out = frozenset(item for item, _ in without if item)
    return _Sheet(frozenset(i for i, _ in parts), frozenset(own for _, own in parts), left_out)


def _item_and_id(node: Node) -> tuple[str, str]:
    values = node.values if isinstance(node, Mapping) else {"item": node}
    item, own = (_text(values.get(key)) for key in ("item", "id"))
    return item, own or item.replace("_", "-")


def _text(node: Node | None) -> str:
    return half_width(node.text).lower() if isinstance(node, Scalar) else ""


def _brought(role: Role, place: Place, sheet: _Sheet, server: Section) -> Iterator[Scalar]:
    for item in role.items:
        if item not in sheet.without and item.replace("_", "-") not in sheet.ids:
            yield Scalar(place, item, plain=True)
    told = sheet.items | sheet.without
    for group in role.one_of:
        if told.isdisjoint(group):
            problem = f"The role {role.role} has one of {', '.join(group)}."
            mend = 'Write it under "monitors:", or under "without:" if there is none.'
            server.notes.add(place, problem, mend)
    for item in role.with_keys:
        if item not in told:
            problem = f"The role {role.role} has {item}, which needs keys of its own."
            mend = 'Write it with them under "monitors:", or under "without:" if there is none.'
            server.notes.add(place, problem, mend)


def _note_strangers(
    without: Sequence[tuple[str, Place]], chosen: Sequence[Role], server: Section
) -> None:
    """Note what is left out of no role: most likely it is misspelt."""
    mentioned = {item for role in chosen for item in role.mentioned}
    for item, place in without:
        if item and item not in mentioned:
            problem = f"{quoted(item)} is in none of the server's roles."
            server.notes.add(place, problem, "Remove it.")
