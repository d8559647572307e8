"""What the keys of one item of the menu must not say together."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from toban.catalogue.runbooks import runbook
from toban.catalogue.section import Section
from toban.domain.check import AT_PORT, Kind, Resource
from toban.domain.scale import Scale, scale_of

if TYPE_CHECKING:
    from toban.catalogue.menu import MenuItem

_OWN = {"ports": Kind.ALIVE, "dialogue": Kind.DIALOGUE, "days": Kind.CERTIFICATE}
"""Keys that one kind needs and no other has."""
_MEASURED = frozenset({Kind.RESOURCE, Kind.STATE})
_WITH_VALUE = _MEASURED | {Kind.CERTIFICATE}


def note_contradictions(item: "MenuItem", part: Section) -> None:
    """Note a runbook without a unit, a resource without a threshold, what a kind never asks."""
    for wrong, key, problem, mend in _contradictions(item, part.keys):
        if wrong:
            part.note(key, problem, mend)


def _contradictions(item: "MenuItem", keys: Sequence[str]) -> Iterator[tuple[bool, str, str, str]]:
    """Yield whether something is wrong, at which key, what it is, and its mend."""
    kind = item.kind
    problem = "A unit goes with a runbook that works on one, and only with that."
    mend = "Give both, or neither."
    yield _works_on_unit(item) != ("unit" in keys), "unit", problem, mend
    yield from _measured(item, keys)
    problem = "Nobody is called from a value on here."
    mend = 'Give it to resource and certificate items with "phone: yes" only.'
    called = item.phone and kind in _WITH_VALUE
    yield item.phone_from is not None and not called, "phone_from", problem, mend
    problem = "Only a process item has a process name."
    yield bool(item.process) and kind is not Kind.PROCESS, "process", problem, "Remove it."
    problem = "This kind of item is not asked at a port."
    yield bool(item.port) and kind not in AT_PORT, "port", problem, "Remove it."
    problem = "Only a tcp item has a greeting."
    yield bool(item.greeting) and kind is not Kind.TCP, "greeting", problem, "Remove it."
    problem = "Only an http item has a highest status."
    yield bool(item.highest_status) and kind is not Kind.HTTP, "highest_status", problem, "Mend it."
    for key, owner in _OWN.items():
        problem = f"{key.title()} and the kind {owner} go together."
        yield bool(getattr(item, key)) != (kind is owner), key, problem, "Give both, or neither."


def _measured(item: "MenuItem", keys: Sequence[str]) -> Iterator[tuple[bool, str, str, str]]:
    problem = "A resource item and its threshold go together."
    mend = 'Give "resource" and "threshold" to resource items only.'
    given = {"resource", "threshold"}.intersection(keys)
    wanted = 0
    if item.kind in _MEASURED:
        wanted = 1 if scale_of(item.resource or "", item.scale) is Scale.STATE else 2
    yield len(given) != wanted, "resource", problem, mend
    problem = "Only a state with a threshold below it is grave from a value on."
    grave = item.kind is Kind.STATE and 0 < item.threshold < (item.grave_from or 0)
    yield item.grave_from is not None and not grave, "grave_from", problem, "Mend or remove it."
    problem = "The resource extend, its command and its scale go together."
    parts = {item.resource is Resource.EXTEND, bool(item.extend), item.scale is not None}
    yield len(parts) > 1, "extend", problem, 'Give "extend" and "scale" to such items only.'


def _works_on_unit(item: "MenuItem") -> bool:
    procedure = runbook(item.runbook)
    return procedure is not None and procedure.works_on_unit
