"""The table: what installations cost by size and way out, and how that compares with the goals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cost.bill import Prices
from bench.cost.month import Month, plan
from bench.cost.usage import Usage, total

SIZES = (100, 1_000, 10_000)
_BEYOND = 2_000
"""The marginal server is one of those between 1,000 and this."""
_BIGGEST = 8
_INCIDENTS = ("repaired", "notified", "called", "cleared")
_TOLD = 5e-7
_ONE, _NEXT = "per_server_month_1000_nat_instances", "marginal_usd_per_server_month"


@dataclass(frozen=True, slots=True)
class Installation:
    """A month of so many servers with one way out."""

    servers: int
    egress: str
    activities: dict[str, Usage]

    @property
    def usage(self) -> Usage:
        """Everything together."""
        return total(self.activities.values())


class Costs:
    """Prices months of installations."""

    def __init__(
        self, month: Month, prices: Prices, workload: Mapping[str, Any], folder: Path
    ) -> None:
        self._month, self._prices, self._workload = month, prices, workload
        self._folder = folder
        self._activities: dict[int, dict[str, Usage]] = {}

    def installation(self, servers: int, egress: str) -> Installation:
        """Return a month of an installation."""
        if servers not in self._activities:
            planned = plan(self._workload["server"], servers, self._folder)
            self._activities[servers] = self._month.of(servers, planned)
        found = {
            name: self._over(usage, egress) for name, usage in self._activities[servers].items()
        }
        return Installation(servers, egress, {**found, "egress": self._by_the_hour(egress)})

    def _by_the_hour(self, egress: str) -> Usage:
        given = self._workload["egress"][egress]
        return Usage({name: float(n) for name, n in given.items() if name != "each_gb"})

    def _over(self, usage: Usage, egress: str) -> Usage:
        """Count octets over the NAT where they cost; without one nothing does."""
        found = Usage(usage)
        octets = found.pop("nat_gb", 0.0)
        priced = self._workload["egress"][egress].get("each_gb")
        if priced:
            found.count(priced, octets)
        return found

    def usd(self, installation: Installation) -> float:
        """Return the month's bill."""
        return self._prices.usd_of(installation.usage)

    def incident(self, name: str) -> dict[str, float]:
        """Return the bill of one incident by lines, over NAT gateways, the dearest way out."""
        return self._prices.bill(self._over(self._month.trouble(name), "two-nat-gateways"))

    def marginal(self) -> float:
        """Return what one server more costs a month, over NAT gateways."""
        more, less = (
            self.usd(self.installation(servers, "two-nat-gateways")) for servers in (_BEYOND, 1_000)
        )
        return (more - less) / (_BEYOND - 1_000)

    def goals(self) -> dict[str, float]:
        """Return the figures that have goals, by the names of workload.yaml."""

        def each(egress: str) -> float:
            return self.usd(self.installation(1_000, egress)) / 1_000

        return {
            "marginal_usd_per_server_month": self.marginal(),
            "per_server_month_1000_nat_instances": each("nat-instances"),
            "per_server_month_1000_two_nat_gateways": each("two-nat-gateways"),
            "incident_without_call_usd": sum(self.incident("repaired").values()),
        }

    def document(self) -> dict[str, Any]:
        """Return everything for out/cost.json: USD, a month of 730 hours, no free tier."""
        tables = [
            self._table(self.installation(servers, egress))
            for servers in SIZES
            for egress in self._workload["egress"]
        ]
        incidents = {name: self.incident(name) for name in _INCIDENTS}
        return {
            **{name: round(figure, 6) for name, figure in self.goals().items()},
            "as_of": self._prices.as_of,
            "region": self._prices.region,
            "installations": tables,
            "incidents": incidents,
            "workload": self._workload,
        }

    def _table(self, each: Installation) -> dict[str, Any]:
        usd = self.usd(each)
        activities = {name: self._prices.usd_of(used) for name, used in each.activities.items()}
        return {
            "servers": each.servers,
            "egress": each.egress,
            "usd_a_month": round(usd, 2),
            "usd_a_server_month": round(usd / each.servers, 4),
            "free_usd_a_month": round(self._prices.free_of(each.usage), 2),
            "lines": {n: round(v, 4) for n, v in self._prices.bill(each.usage).items()},
            "activities": {n: round(v, 4) for n, v in activities.items()},
            "quantities": {n: round(v, 6) for n, v in sorted(each.usage.items()) if v},
        }


def lines_of(document: Mapping[str, Any], goals: Mapping[str, float]) -> Iterator[str]:
    """Yield the tables for a person."""
    where = f"{document['region']}, prices of {document['as_of']}"
    yield f"USD a month of 730 hours, {where}, no free tier"
    yield ""
    yield f"{'servers':>8}  {'way out':<18}{'a month':>11}{'a server':>10}{'free of it':>12}"
    for each in document["installations"]:
        yield (
            f"{each['servers']:>8,}  {each['egress']:<18}"
            f"{each['usd_a_month']:>11,.2f}{each['usd_a_server_month']:>10.4f}"
            f"{each['free_usd_a_month']:>12,.2f}"
        )
    yield from _of_one(document["installations"])
    yield ""
    for name, bill in document["incidents"].items():
        yield f"one incident, {name}: {sum(bill.values()):.6f}"
        yield from (f"    {line:<34}{usd:>10.6f}" for line, usd in bill.items() if usd >= _TOLD)
    yield ""
    yield "what one server of 1,000 costs with NAT instances, and the next one, if"
    for change, figures in document["what_if"].items():
        one, more = figures[_ONE], figures[_NEXT]
        yield f"    {change:<44}{one:>10.4f}{more:>10.4f}"
    yield ""
    for name, goal in goals.items():
        verdict = "reached" if document[name] <= goal else "MISSED"
        yield f"{name:<44}{document[name]:>10.6f}   goal {goal:<6} {verdict}"


def _of_one(tables: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the biggest lines of 1,000 servers over NAT instances, by line and by activity."""
    [one] = [t for t in tables if t["servers"] == SIZES[1] and t["egress"] == "nat-instances"]
    for what in ("lines", "activities"):
        yield ""
        yield f"1,000 servers over NAT instances, the biggest {what}"
        biggest = sorted(one[what].items(), key=lambda pair: -pair[1])[:_BIGGEST]
        yield from (f"    {name:<34}{usd:>10.3f}" for name, usd in biggest)
