"""The capacity units of DynamoDB, by the rules of its developer guide.

Sizes: CapacityUnitCalculations.html ("DynamoDB item sizes and formats"). Units:
read-write-operations.html ("DynamoDB reads and writes"). Indexes: GSI.html, "Write capacity units".
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

ITEM_OVERHEAD = 100
"""Octets that storage is billed for beside each item."""
_READ, _WRITE = 4_096, 1_024
_NESTED_OVERHEAD, _ELEMENT_OVERHEAD = 3, 1

Item = Mapping[str, Mapping[str, Any]]
"""An item as botocore's client gives it: {"name": {"S": "..."}}; binary values are bytes."""


def item_size(item: Item | None) -> int:
    """Return the octets of an item: names and values; None is no item."""
    return sum(len(name.encode()) + _value_size(value) for name, value in (item or {}).items())


def _value_size(typed: Mapping[str, Any]) -> int:
    [(kind, value)] = typed.items()
    return _SIZES[kind](value)


def _list_size(value: list[Mapping[str, Any]]) -> int:
    return _NESTED_OVERHEAD + sum(_ELEMENT_OVERHEAD + _value_size(each) for each in value)


def _map_size(value: Item) -> int:
    return _NESTED_OVERHEAD + _ELEMENT_OVERHEAD * len(value) + item_size(value)


def _octets(value: str | bytes) -> int:
    return len(value.encode() if isinstance(value, str) else bytes(value))


def _number_size(text: str) -> int:
    """One octet for two significant digits, one more, and one for the sign of a negative number."""
    number = Decimal(text)
    digits = len(str(abs(int("".join(map(str, number.as_tuple().digits))))).rstrip("0"))
    return -(-digits // 2) + 1 + (number < 0)


_SIZES: dict[str, Callable[[Any], int]] = {
    **dict.fromkeys("SB", _octets),
    "N": _number_size,
    **dict.fromkeys(("BOOL", "NULL"), lambda _: 1),
    "NS": lambda value: sum(map(_number_size, value)),
    **dict.fromkeys(("SS", "BS"), lambda value: sum(map(_octets, value))),
    "L": _list_size,
    "M": _map_size,
}


def read_units(octets: int, *, consistent: bool) -> float:
    """Return the units of one read of so many octets: an item, or all that a query looked at.

    4 KB a unit, half of it when eventually consistent; what is not there costs the least there is.
    """
    units = max(1, -(-octets // _READ))
    return units if consistent else units / 2


def write_units(before: Item | None, after: Item | None) -> int:
    """Return the units of one write: 1 KB a unit, of the larger of both, at least one.

    A write whose condition failed has the item as it stays on both sides.
    """
    return _units(max(item_size(before), item_size(after)))


def _units(octets: int) -> int:
    return max(1, -(-octets // _WRITE))


def index_units(before: Item | None, after: Item | None, keys: Iterable[str]) -> int:
    """Return the units that a write of an item costs in an index that projects everything.

    An item without the index's keys is not in it. Another key deletes one entry and writes another;
    an entry that stays the same costs nothing.
    """
    names = tuple(keys)
    old, new = (_entry(item, names) for item in (before, after))
    if old == new:
        return 0
    if old is None or new is None or all(old[name] == new[name] for name in names):
        return _units(max(item_size(old), item_size(new)))
    return _units(item_size(old)) + _units(item_size(new))


def _entry(item: Item | None, keys: tuple[str, ...]) -> Item | None:
    return item if item is not None and all(name in item for name in keys) else None
