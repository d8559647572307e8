"""How much of what AWS charges for: quantities by the names of the price table."""

from collections.abc import Iterable


class Usage(dict[str, float]):
    """Quantities by name, such as {"dynamodb_write_units": 2.0}; what is missing is zero."""

    def count(self, name: str, quantity: float = 1.0) -> None:
        """Add a quantity in place."""
        self[name] = self.get(name, 0.0) + quantity

    def __add__(self, other: "Usage") -> "Usage":
        return total((self, other))

    def __mul__(self, factor: float) -> "Usage":
        return Usage({name: quantity * factor for name, quantity in self.items()})

    def __sub__(self, other: "Usage") -> "Usage":
        return self + other * -1


def total(usages: Iterable[Usage]) -> Usage:
    """Return the sum."""
    found = Usage()
    for usage in usages:
        for name, quantity in usage.items():
            found.count(name, quantity)
    return found
