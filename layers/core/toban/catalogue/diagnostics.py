"""What is looked at on a server, from diagnostics.yaml."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from toban.catalogue.entries import read_entries
from toban.domain.check import Resource
from toban.domain.contract import Monitor


class Inspection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One command that reads: `timeout` in seconds, `limit` in bytes of its output.

    `show` is what a person is told instead of a long command.
    """

    id: str
    run: str
    show: str = ""
    timeout: int = 5
    limit: int = 2048


_RESOURCE_SETS = {
    Resource.CPU: "cpu",
    Resource.LOAD: "cpu",
    Resource.MEMORY: "mem",
    Resource.DISK: "disk",
    Resource.TRAFFIC: "net",
    Resource.INODE: "disk",
    Resource.SWAP: "mem",
    Resource.PROCESSES: "cpu",
    Resource.DISK_BUSY: "cpu",
    Resource.READ_ONLY: "disk",
}


@cache
def inspections() -> dict[str, tuple[Inspection, ...]]:
    """Return the sets of inspections by name; the file is read when first asked for."""
    name = "diagnostics.yaml"
    kind = tuple[Inspection, ...]
    return read_entries(Path(__file__).with_name(name).read_bytes(), name, kind)


def sets_for(monitors: Iterable[Monitor]) -> tuple[tuple[str, Monitor], ...]:
    """Return which set is run for which failing monitor, each pair of set and subject once."""
    found: dict[tuple[str, str], tuple[str, Monitor]] = {}
    for monitor in monitors:
        name, subject = _set_of(monitor)
        if name:
            found.setdefault((name, subject), (name, monitor))
    return tuple(found.values())


def _set_of(monitor: Monitor) -> tuple[str, str]:
    question = monitor.check.resource
    if question and question.resource in _RESOURCE_SETS:
        return _RESOURCE_SETS[question.resource], question.subject
    return ("unit", monitor.service or monitor.unit) if monitor.unit else ("", "")
