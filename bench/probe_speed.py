"""CPU time of one probe, ours and Prometheus' exporters' side by side: out/bench.json."""

import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.rig.exporters import BLACKBOX, SNMP, Exporter, blackbox_paths, installed, snmp_paths
from bench.rig.ours import AT_ONCE
from bench.rig.results import RESULTS, ROOT, keep
from bench.rig.site import Site, running
from infra.local.demo.servers.agent import snmpd_program
from infra.local.demo.servers.web import nginx_program

ROUNDS = 7


@dataclass(slots=True)
class Comparison:
    """One kind of probe: its goal (how many of ours cost one of the peer's) and what was seen."""

    kind: str
    goal: float
    shard_rounds: int
    scrapes: int
    peer: str
    ours_us: list[float] = field(default_factory=list)
    peer_us: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The quotient of the medians."""
        return statistics.median(self.peer_us) / statistics.median(self.ours_us)

    @property
    def pairs(self) -> list[float]:
        """The quotients of the single rounds, smallest first."""
        return sorted(p / o for o, p in zip(self.ours_us, self.peer_us, strict=True))

    def document(self) -> dict[str, object]:
        """Return the comparison as out/bench.json keeps it."""
        return {
            "ours_us": round(statistics.median(self.ours_us), 1),
            "peer": self.peer,
            "peer_us": round(statistics.median(self.peer_us), 1),
            "ratio": round(self.ratio, 2),
            "runs": len(self.ours_us),
        }

    def line(self) -> str:
        """Return the comparison as one line of the table."""
        ours, peer = (statistics.median(each) for each in (self.ours_us, self.peer_us))
        reached = "reached" if self.ratio >= self.goal else "MISSED"
        spread = f"{self.pairs[0]:.1f}-{self.pairs[-1]:.1f}"
        figures = f"{self.kind:<6}{ours:>9.0f}{peer:>9.0f}  {self.peer:<30}{self.ratio:>7.2f}"
        return f"{figures}  {spread:<10}{self.goal:>5g}  {reached}"


def comparisons() -> list[Comparison]:
    """Return what is compared; the work of a round is sized so that a round takes some seconds."""
    return [
        Comparison("tcp", 5.0, 20, 2_000, BLACKBOX),
        Comparison("http", 3.0, 12, 1_500, BLACKBOX),
        Comparison("https", 1.4, 3, 800, BLACKBOX),
        Comparison("snmp", 3.0, 100, 3_000, SNMP),
    ]


def main() -> int:
    """Compare, print the table, write the file. A goal that is missed is no failure, but told."""
    subprocess.run([ROOT / "infra" / "local" / "set_up.sh", "benchpeers"], check=False)
    missing = [program for program in (BLACKBOX, SNMP) if not installed(program)]
    missing += [] if nginx_program() else ["nginx"]
    missing += [] if snmpd_program() else ["snmpd"]
    if missing:
        say(f"skipped, because there is nothing to compare with: {', '.join(missing)} not found.")
        return 0
    found = comparisons()
    with running(exporters=True) as site:
        for number in range(ROUNDS):
            for comparison in found:
                one_round(site, comparison, ours_first=number % 2 == 0)
    keep({f"probe_{each.kind}": each.document() for each in found})
    print_table(found)
    return 0


def one_round(site: Site, comparison: Comparison, *, ours_first: bool) -> None:
    """Measure both sides one after the other, so that both see the same weather."""

    def ours() -> None:
        port = _port(site, comparison.kind)
        printed = site.run_ours("bench.rig.ours", comparison.kind, port, comparison.shard_rounds)
        comparison.ours_us.append(float(printed))

    def peer() -> None:
        exporter, paths = _peer(site, comparison)
        comparison.peer_us.append(exporter.cpu_us(paths, AT_ONCE))

    sides: list[Callable[[], None]] = [ours, peer]
    for side in sides if ours_first else reversed(sides):
        side()


def print_table(found: list[Comparison]) -> None:
    """Print medians, the quotient of the medians, and how far the single rounds lie apart."""
    say(f"CPU microseconds of one probe, user and system; medians of {ROUNDS} interleaved rounds,")
    say(f"{AT_ONCE} at once on both sides; shards of 400 monitors; snmp: one GET of 20 objects.")
    say("")
    say("probe      ours     peer  of                              ratio  rounds     goal")
    for comparison in found:
        say(comparison.line())
    say(f"\nwritten: {RESULTS.relative_to(ROOT)}")


def say(words: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{words}\n")


def _port(site: Site, kind: str) -> int:
    if kind == "snmp":
        return site.agents.port
    return site.http_port + (kind == "https")


def _peer(site: Site, comparison: Comparison) -> tuple[Exporter, list[str]]:
    port, count = _port(site, comparison.kind), comparison.scrapes
    if comparison.kind == "snmp":
        return _running(site.snmp), snmp_paths(port, count)
    if comparison.kind == "tcp":
        return _running(site.blackbox), blackbox_paths("tcp", f"{{host}}:{port}", count)
    target = f"{comparison.kind}://{{host}}:{port}/"
    return _running(site.blackbox), blackbox_paths("http", target, count)


def _running(exporter: Exporter | None) -> Exporter:
    if exporter is None:
        raise RuntimeError("the site runs no exporters")
    return exporter


if __name__ == "__main__":
    sys.exit(main())
