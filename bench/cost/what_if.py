"""What the figures become when one assumption is another."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cost.bill import Prices
from bench.cost.measured import Measured
from bench.cost.month import Month
from bench.cost.report import Costs
from bench.cost.template_parts import TemplateParts


@dataclass(frozen=True, slots=True)
class Trial:
    """Prices the same measurements under other assumptions."""

    measured: Measured
    parts: TemplateParts
    prices: Prices
    folder: Path

    def costs(self, workload: Mapping[str, Any]) -> Costs:
        """Return the costs under these assumptions."""
        month = Month(self.measured, workload, self.parts)
        return Costs(month, self.prices, workload, self.folder)

    def what_if(self, workload: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, float]]]:
        """Yield each other assumption of the workload and the figures that have goals."""
        for change in workload["what_if"]:
            for path, value in change.items():
                yield f"{path} = {value}", self.costs(changed(workload, path, value)).goals()


def changed(workload: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the workload with another value at a path such as seconds.slowest_answer."""
    other = dict(deepcopy(workload))
    *parts, last = path.split(".")
    place = other
    for part in parts:
        place = place[part]
    if last not in place:
        raise KeyError(f"The workload has no {path}.")
    place[last] = value
    return other
