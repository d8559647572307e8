"""The lines of snmpd.conf that the monitors of a server read, as `toban agent config` writes them
(clause N-11; snmpd.conf(5) of net-snmp).
"""

from collections.abc import Iterable, Iterator, Sequence

from toban.catalogue.menu import PROCESS_NAME_LIMIT, MenuItem, menu
from toban.domain.check import Check, Resource, ResourceQuestion
from toban.domain.contract import Monitor

SUBTREES = (".1.3.6.1.2.1", ".1.3.6.1.4.1.2021", ".1.3.6.1.4.1.8072.1.3.2")
"""MIB-2 with HOST-RESOURCES-MIB and IF-MIB; UCD-SNMP-MIB; NET-SNMP-EXTEND-MIB."""
_COMMAND_SECONDS = 2
"""snmpd answers nothing while a command runs; the probers wait 4 seconds for it."""
_ANY_NUMBER = "999999 0"
"""The most and the least that run without the agent's own complaint."""
_ON_DISK_LINES = frozenset({Resource.DISK, Resource.INODE})


def proc_lines(monitors: Sequence[Monitor]) -> list[str]:
    """Return the lines `proc NAME`, each once; the name is the second word."""
    return _once(f"proc {name}" for each in monitors for name in _proc_names(each.check))


def disk_lines(monitors: Sequence[Monitor]) -> list[str]:
    """Return the lines `disk MOUNT`."""
    return _once(f"disk {r.subject}" for r in _resources(monitors) if r.resource in _ON_DISK_LINES)


def load_lines(monitors: Sequence[Monitor]) -> list[str]:
    """Return the line `load`, where a monitor reads it."""
    return _once("load 0 0 0" for r in _resources(monitors) if r.resource is Resource.LOAD)


def extended(monitors: Sequence[Monitor]) -> list[MenuItem]:
    """Return the items whose figure a command of the agent tells."""
    named = [menu()[each] for each in _once(m.item for m in monitors) if each in menu()]
    return [each for each in named if each.extend]


def extend_line(item: MenuItem) -> str:
    """Return the line `extend NAME PROGRAM ARGUMENTS` of an item."""
    shell = f"/usr/bin/timeout {_COMMAND_SECONDS} /bin/sh -c '{item.extend}'"
    return f"extend {item.extend_name} {shell}"


def own_objects(monitors: Sequence[Monitor]) -> list[str]:
    """Return the OIDs, with a leading dot, that the customer has named beside the menu's (M-3)."""
    covered = tuple(f"{subtree}." for subtree in SUBTREES)
    named = (f".{each.check.oid.oid}" for each in monitors if each.check.oid)
    return _once(oid for oid in named if not oid.startswith(covered))


def view_line(user: str, subtree: str) -> str:
    """Return the line that lets the user read a subtree."""
    return f"view {user} included {subtree}"


def _resources(monitors: Sequence[Monitor]) -> Iterator[ResourceQuestion]:
    return (each.check.resource for each in monitors if each.check.resource)


def _proc_names(check: Check) -> Sequence[str]:
    """Return the names that the prober looks for among the proc lines; it looks for all others, and
    for arguments, in the table of all processes. Of several names none has to run.
    """
    if check.process is None or check.process.arguments:
        return ()
    names = tuple(check.process.name.split("|"))
    plain = all(len(n) <= PROCESS_NAME_LIMIT and not set(n) & set(" :/") for n in names)
    if not plain:
        return ()
    return names if len(names) == 1 else [f"{name} {_ANY_NUMBER}" for name in names]


def _once(lines: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(lines))
