"""The running of the watch: rounds, sweeps and what comes by the hour and day, for N servers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from bench.cost.meter import Invocation, Meter
from bench.cost.peers import Peers
from bench.cost.sheets import Ports, Typical, agent_secret
from infra.local.commands.apply import apply
from infra.local.system import LocalSystem
from toban.domain.check import Check
from toban.domain.policy import Policy
from toban.store.documents import to_document
from toban.store.shards import group_of

BEGINS = datetime(2026, 12, 1, 0, 1, 30, tzinfo=UTC)
ROUNDS = 3
"""Of every shard, as its schedule starts it; the last is measured: it has samples before it."""
_APART = timedelta(minutes=5)
_LEAST_SECONDS = 6.0
"""Real seconds between two rounds: an agent counts anew every few seconds, and there are no rates
of counters that stand still.
"""
PARAMETERS = {
    "SenderAddress": "toban@msp.example",
    "OperatorAddress": "operator@msp.example",
    "ReferenceTargets": "",
}
_AT = "2026-12-01T00:00:00Z"
_DISPATCHERS = ("ApplyDueChanges", "CheckAccess", "RemindPaused", "RollUp", "ReportMonth")


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of an installation of `servers`, by shard its checks; `settled` are the shards
    in which all was well before: a monitor that regains its sight writes that down.
    """

    servers: int
    checks: dict[str, list[Check]]
    settled: frozenset[str]
    invocations: list[Invocation]

    def rounds(self, interval: str) -> Iterator[Invocation]:
        """Yield the rounds of shards of an interval (every-3-min) in which all stayed well."""
        for each in self.invocations:
            shard = _shard_if_well(each)
            if shard in self.settled and shard.startswith(interval):
                yield each

    def servers_of(self, shard: str) -> int:
        """Return how many servers have checks in the shard."""
        return len({check.server_id for check in self.checks[shard]})

    def of_duty(self, duty: str) -> Iterator[Invocation]:
        """Yield the invocations of a function that were for all, not handed on."""
        for each in self.invocations:
            if each.duty == duty and not {"shard", "server_id", "customer_id"} & set(each.event):
                yield each


def watch(peers: Peers, assumed: dict[str, Any], servers: int, folder: Path) -> Watched:
    """Run the system for so many servers and return everything that was invoked."""
    ports = Ports(peers.ssh_port, peers.http_port, peers.https_port, peers.agent.port)
    sheets = list(Typical(assumed, ports).sheets(folder, servers))
    system = LocalSystem(stepped_from=BEGINS, parameters=PARAMETERS)
    with system, Meter().installed() as meter:
        for sheet in sheets:
            secret = peers.agent.secret(str(assumed["agent_version"]))
            system.put_secret(agent_secret(sheet.customer.customer_id), secret)
        checks = apply(sheets, Policy())
        settled: frozenset[str] = frozenset()
        for number in range(ROUNDS):
            settled = frozenset(map(_shard_if_well, meter.take()))
            _run_round(system, sorted({group_of(shard) for shard in checks}), number)
        system.invoke("SweepFunction", {"scheduled_at": _AT})
        for name in _DISPATCHERS:
            system.invoke(f"{name}Function", {"scheduled_at": _AT})
        system.wait_idle()
        return Watched(servers, checks, settled, meter.take())


def _shard_if_well(each: Invocation) -> str:
    """Return the shard of a round of checks in which all was well, else ""."""
    if each.duty != "run-checks" or each.answer.get("observed") != each.answer.get("up"):
        return ""
    return str(each.answer.get("shard", ""))


def _run_round(system: LocalSystem, groups: list[str], number: int) -> None:
    """Start every phase as its schedule does (template.yaml), one after the other."""
    Event().wait(_LEAST_SECONDS)
    at = to_document(BEGINS + number * _APART)
    for group in groups:
        system.invoke("RunChecksFunction", {"shard_group": group, "scheduled_at": at})
        system.wait_idle()
