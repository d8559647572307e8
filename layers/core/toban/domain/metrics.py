"""What is sampled of every server with an agent, its names, and how finely each figure is kept.

A metric is a name: "cpu.user" for the server as a whole, "disk.space:/var" for one of its parts.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

SAMPLE_SECONDS = 300
"""Clause N-9: one point every 5 minutes."""

CPU = ("cpu.user", "cpu.system", "cpu.iowait", "cpu.steal", "cpu.busy")
"""Percent of the time of all cores; `busy` is all but idle."""
LOAD = ("load.1", "load.5", "load.15", "load.cores")
MEMORY = (
    *("memory.total", "memory.used", "memory.cached", "memory.available"),
    *("swap.total", "swap.used"),
)
"""Bytes; `used` is total - available, as the alert counts it, `cached` is cache and buffers."""
SPACE, INODES = "disk.space", "disk.inodes"
"""Percent of a mount: of the space open to users (as df tells it), and of the inodes."""
RECEIVED, SENT = "traffic.received", "traffic.sent"
"""Bits per second of an interface, averaged since the sample before."""

MOUNTS_KEPT = 6
INTERFACES_KEPT = 4
LONGEST_NAME = 40
"""Bounds that keep an hour of samples within one or two write units, whatever an agent tells."""

_PERCENT, _LOAD, _BYTES, _BITS = 0.01, 0.01, 65_536.0, 8.0
_RESOLUTIONS = {
    "cpu": _PERCENT,
    "load": _LOAD,
    "memory": _BYTES,
    "swap": _BYTES,
    "disk": _PERCENT,
    "traffic": _BITS,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Which metrics a server's samples hold, in this order: the parts that it has."""

    mounts: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()

    def metrics(self) -> tuple[str, ...]:
        """Return the names of all metrics."""
        return _metrics(self)

    def digest(self) -> str:
        """Return a short name of the layout, the same on every machine."""
        names = "\n".join((*self.mounts, "", *self.interfaces))
        return hashlib.sha256(names.encode()).hexdigest()[:6]


@dataclass(frozen=True, slots=True)
class Sample:
    """The figures of one moment; what could not be measured is missing from `values`."""

    layout: Layout
    values: dict[str, float]


def resolution(metric: str) -> float:
    """Return the step in which the metric is kept."""
    return _RESOLUTIONS[metric.partition(".")[0]]


def of_part(metric: str, part: str) -> str:
    """Return the metric of one mount or interface."""
    return f"{metric}:{part}"


def layout_of(metrics: Iterable[str]) -> Layout:
    """Return the layout that holds all these metrics."""
    parts: dict[str, dict[str, None]] = {"disk": {}, "traffic": {}}
    for metric in metrics:
        kind, _, part = metric.partition(":")
        if part:
            parts[kind.partition(".")[0]][part] = None
    return Layout(tuple(parts["disk"]), tuple(parts["traffic"]))


@cache
def _metrics(layout: Layout) -> tuple[str, ...]:
    disks = (of_part(each, mount) for mount in layout.mounts for each in (SPACE, INODES))
    ends = (of_part(each, name) for name in layout.interfaces for each in (RECEIVED, SENT))
    return (*CPU, *LOAD, *MEMORY, *disks, *ends)
