"""Whose alert withholds another's mail: one fault is told once, by its cause (catalogue 3,
suppress).

Only the creation of a mail is withheld, never a closing one.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter

from toban.domain.check import Kind
from toban.domain.contract import Monitor

ALL = "all"
_BEHIND_A_PORT = frozenset({Kind.HTTP, Kind.CERTIFICATE})
Withholds = Mapping[str, Sequence[str]]
"""Which items an item's alert withholds: their names, names ending in "*", or ALL."""


def covers(pattern: str, item: str) -> bool:
    """Tell whether the pattern names the item."""
    return pattern == ALL or fnmatchcase(item, pattern)


def cycle(withholds: Withholds) -> tuple[str, ...]:
    """Return items that would withhold each other in a circle, so that nobody was told; else ()."""
    graph = {
        item: {other for other in withholds if _covered(withholds, other, item)}
        for item in withholds
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def with_parents(monitors: Sequence[Monitor], withholds: Withholds) -> tuple[Monitor, ...]:
    """Return one server's monitors, each with the monitors whose alert withholds its mail.

    The parents are complete (what withholds a parent withholds its children) and begin with the
    first cause. `withholds` must be without a cycle.
    """
    direct = {
        child.monitor_id: {
            parent.monitor_id for parent in monitors if _is_parent(parent, child, withholds)
        }
        for child in monitors
    }
    causes: dict[str, Set[str]] = {}
    for monitor_id in TopologicalSorter(direct).static_order():
        nearest = direct[monitor_id]
        causes[monitor_id] = nearest.union(*(causes[each] for each in nearest))
    return tuple(replace(each, parents=_first_cause_first(each, causes)) for each in monitors)


def withheld_by(monitor: Monitor, alerted: Set[str]) -> str:
    """Return the first cause among the alerted monitors, or "" when the monitor's mail goes out."""
    return next((parent for parent in monitor.parents if parent in alerted), "")


def _is_parent(parent: Monitor, child: Monitor, withholds: Withholds) -> bool:
    return _covered(withholds, parent.item, child.item) and _same_service(parent, child)


def _covered(withholds: Withholds, parent: str, child: str) -> bool:
    patterns = withholds.get(parent, ())
    return parent != child and any(covers(pattern, child) for pattern in patterns)


def _same_service(parent: Monitor, child: Monitor) -> bool:
    """A web server that fails on one port says nothing about a page or certificate on another."""
    if parent.check.kind is not Kind.HTTP or child.check.kind not in _BEHIND_A_PORT:
        return True
    asked = ((one.check.address, one.check.port) for one in (parent, child))
    return len(set(asked)) == 1


def _first_cause_first(monitor: Monitor, causes: Mapping[str, Set[str]]) -> tuple[str, ...]:
    return tuple(sorted(causes[monitor.monitor_id], key=lambda each: (len(causes[each]), each)))
