"""The graphs that are kept with an incident: which, and what a mail tells of each (N-9)."""

from collections.abc import Iterable
from dataclasses import dataclass

from toban.domain.check import Kind, Resource
from toban.domain.contract import Server
from toban.domain.incident import Alert

EVIDENCE = "graphs"
MOST = 3
"""Graphs in one mail: a mail stays below a quarter of a megabyte."""
LARGEST = 60_000
"""Bytes of one picture; a larger one is not kept."""

SHOWS = {
    **{each: each.value for each in (Resource.CPU, Resource.LOAD, Resource.MEMORY)},
    **{each: each.value for each in (Resource.DISK, Resource.TRAFFIC)},
    Resource.INODE: "disk",
    Resource.SWAP: "memory",
    Resource.PROCESSES: "load",
    Resource.DISK_BUSY: "cpu",
}
"""The graph that shows a resource; what is not among them has none."""
BESIDE_A_SERVICE = ("load", "memory")
"""What explains most failures of services, as far as a graph can."""


@dataclass(frozen=True, slots=True)
class KeptGraph:
    """A picture of 24 hours up to the incident, and its figures as lines in the customer's
    language; `picture` is the name of the evidence.
    """

    name: str
    title: str
    figures: tuple[str, ...]
    picture: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class KeptGraphs:
    """The graphs of one incident, what is alerted first."""

    graphs: tuple[KeptGraph, ...] = ()


def is_sampled(server: Server) -> bool:
    """Tell whether the server's resources are measured: only then there is anything to draw."""
    return any(
        monitor.check.kind is Kind.RESOURCE and monitor.check.agent is not None
        for monitor in server.monitors
    )


def graphs_to_keep(server: Server, alerts: Iterable[Alert]) -> list[str]:
    """Return the names of the graphs for alerts in order of work: those of alerted resources, then
    what explains a service.
    """
    alerted = {alert.monitor_id for alert in alerts}
    watched = [each.check for each in server.monitors if each.monitor_id in alerted]
    resources = [check.resource.resource for check in watched if check.resource]
    shown = [SHOWS[each] for each in resources if each in SHOWS]
    beside = BESIDE_A_SERVICE if any(each.kind is not Kind.RESOURCE for each in watched) else ()
    return list(dict.fromkeys([*shown, *beside]))[:MOST]
