"""Use of every sampled mount in percent, counted as the monitors count it."""

from collections.abc import Iterator, Sequence

from probe.probers.facts import AgentFacts
from probe.probers.storage import (
    DISK_PATH,
    DISK_SIZES,
    STORAGE_NAME,
    STORAGE_SIZE,
    STORAGE_USED,
    disk_sizes,
)
from probe.probers.system import DISK_INODES
from toban.domain.metrics import INODES, SPACE, of_part

_OF_DISK_TABLE = (*DISK_SIZES, DISK_INODES)
_SPAN = 2**32
_WHOLE = 100


def oids_of_volumes(facts: AgentFacts, mounts: Sequence[str]) -> list[str]:
    """Return what has to be asked to know the use of these mounts."""
    return [oid for mount in mounts for oid in _oids(facts, mount)]


def volumes(facts: AgentFacts, mounts: Sequence[str]) -> dict[str, float]:
    """Return the percentages of every mount that the agent tells."""
    return dict(pair for mount in mounts for pair in _percentages(facts, mount))


def _oids(facts: AgentFacts, mount: str) -> list[str]:
    row = facts.index_of(DISK_PATH, mount)
    if row is not None:
        return [f"{column}.{row}" for column in _OF_DISK_TABLE]
    row = facts.index_of(STORAGE_NAME, mount)
    return [] if row is None else [f"{column}.{row}" for column in (STORAGE_SIZE, STORAGE_USED)]


def _percentages(facts: AgentFacts, mount: str) -> Iterator[tuple[str, float]]:
    row = facts.index_of(DISK_PATH, mount)
    if row is None:
        space = _of_storage(facts, mount)
    else:
        space = _of_disk_table(facts, row)
        inodes = facts.number(f"{DISK_INODES}.{row}")
        if inodes is not None and 0 <= inodes <= _WHOLE:
            yield of_part(INODES, mount), float(inodes)
    if space is not None:
        yield of_part(SPACE, mount), space


def _of_disk_table(facts: AgentFacts, row: str) -> float | None:
    sizes = disk_sizes(facts, row)
    return None if sizes is None else _percent(sizes[1], sum(sizes))


def _of_storage(facts: AgentFacts, mount: str) -> float | None:
    row = facts.index_of(STORAGE_NAME, mount)
    found = facts.numbers(f"{STORAGE_SIZE}.{row}", f"{STORAGE_USED}.{row}")
    return None if found is None else _percent(found[1] % _SPAN, found[0] % _SPAN)


def _percent(used: int, size: int) -> float | None:
    return _WHOLE * used / size if 0 <= used <= size and size > 0 else None
