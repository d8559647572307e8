"""Quantities times prices: a bill by lines, and what of it an account has free."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.cost.usage import Usage

PRICES = Path(__file__).with_name("prices.yaml")


class UnknownQuantityError(ValueError):
    """A quantity has no price; nothing is taken for free in silence."""


@dataclass(frozen=True, slots=True)
class Prices:
    """A dated price table: USD for one unit and the line of the bill, by quantity."""

    as_of: str
    region: str
    usd: dict[str, float]
    lines: dict[str, str]
    free: dict[str, float]

    def bill(self, usage: Usage) -> dict[str, float]:
        """Return USD by line, the dearest first; raises UnknownQuantityError."""
        found: dict[str, float] = {}
        for name, quantity in usage.items():
            if name not in self.usd:
                raise UnknownQuantityError(f"{name} has no price in {PRICES.name}.")
            line = self.lines[name]
            found[line] = found.get(line, 0.0) + quantity * self.usd[name]
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    def usd_of(self, usage: Usage) -> float:
        """Return what the usage costs together."""
        return sum(self.bill(usage).values())

    def free_of(self, usage: Usage) -> float:
        """Return what of it is free in an account that uses nothing else."""
        shares = {name: min(usage.get(name, 0.0), most) for name, most in self.free.items()}
        return self.usd_of(Usage(shares))


def read_prices(path: Path = PRICES) -> Prices:
    """Read the price table."""
    document: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries = document["prices"]
    return Prices(
        str(document["as_of"]),
        document["region"],
        {name: float(each["usd"]) / each["per"] for name, each in entries.items()},
        {name: each["line"] for name, each in entries.items()},
        {name: float(most) for name, most in document["free_each_month"].items()},
    )
