"""What one invocation uses by the size of its work: a fixed part and a part for each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from bench.cost.usage import Usage

Point = tuple[float, Usage]
"""The size of the work (servers of a shard, shards of a group), and what it used."""


@dataclass(frozen=True, slots=True)
class Law:
    """`fixed` of each invocation, `each` for every unit of its work."""

    fixed: Usage = field(default_factory=Usage)
    each: Usage = field(default_factory=Usage)

    def of(self, invocations: float, work: float) -> Usage:
        """Return the use of so many invocations that did so much work together."""
        return self.fixed * invocations + self.each * work


def fitted(points: Sequence[Point]) -> Law:
    """Return the straight line of least squares through the measured points, for each quantity.

    Neither part is ever negative: a line that falls is its mean, one that begins below zero goes
    through zero. Points of one size only have no part for each.
    """
    law = Law()
    for name in {name for _, usage in points for name in usage}:
        sizes = [size for size, _ in points]
        quantities = [usage.get(name, 0.0) for _, usage in points]
        law.fixed[name], law.each[name] = _line(sizes, quantities)
    return law


def _line(sizes: Sequence[float], quantities: Sequence[float]) -> tuple[float, float]:
    size, quantity = fmean(sizes), fmean(quantities)
    spread = sum((each - size) ** 2 for each in sizes)
    if not spread:
        return quantity, 0.0
    pairs = zip(sizes, quantities, strict=True)
    slope = sum((x - size) * (y - quantity) for x, y in pairs) / spread
    if slope <= 0:
        return quantity, 0.0
    fixed = quantity - slope * size
    return (fixed, slope) if fixed >= 0 else (0.0, quantity / size)
