"""One invocation with many checks, in a process of its own: python -m bench.rig.capacity ..."""

import json
import resource
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import chain

from bench.rig.exporters import HERE
from bench.rig.figures import DescriptorWatch, own_cpu_seconds, peak_memory_bytes
from bench.rig.servers import COMMUNITY
from bench.rig.shards import agent_checks, web_checks
from probe import run_checks
from probe.shard import observe_all
from toban import clock
from toban.domain.check import Check

_DESCRIPTORS_OF_LAMBDA = 1_024
_PRODUCTION = run_checks.__name__
"""Imported so that the memory counted is that of the whole function."""


def main(http_port: int, agent_port: int, total: int, hanging: int) -> None:
    """Probe `total` checks, `hanging` of them never answered; print what was seen and what it took.

    Half of the others are TCP, a quarter HTTP, an eighth each HTTPS and SNMP monitors.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS_OF_LAMBDA, hard))
    with deaf() as port:
        silent = [replace(each, address=HERE) for each in web_checks("tcp", port, hanging)]
        checks = _mixed(_healthy(http_port, agent_port, total - hanging), silent)
        began, cpu = time.monotonic(), own_cpu_seconds()
        with DescriptorWatch() as descriptors:
            result = observe_all(checks, {}, lambda _: COMMUNITY, clock.now)
        wall = time.monotonic() - began
    deaf_ids = {check.monitor_id for check in silent if check.port == port}
    healthy = [seen for seen in result.observations if seen.monitor_id not in deaf_ids]
    document = {
        "checks": len(result.observations),
        "healthy": Counter(seen.status for seen in healthy),
        "hanging": Counter(s.reason for s in result.observations if s.monitor_id in deaf_ids),
        "wall_seconds": round(wall, 1),
        "cpu_seconds": round(own_cpu_seconds() - cpu, 2),
        "descriptors": descriptors.most,
        "memory_bytes": peak_memory_bytes(),
    }
    sys.stdout.write(json.dumps(document) + "\n")


@contextmanager
def deaf() -> Iterator[int]:
    """Listen and never accept: with a full queue the kernel drops whatever comes."""
    with ExitStack() as opened:
        server = opened.enter_context(socket.socket())
        server.bind((HERE, 0))
        server.listen(0)
        for _ in range(2):
            filler = opened.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield server.getsockname()[1]


def _healthy(http_port: int, agent_port: int, count: int) -> list[Check]:
    agents = agent_checks(agent_port, count // 8 // 5)
    https = web_checks("https", http_port + 1, count // 8)
    http = web_checks("http", http_port, count // 4)
    tcp = web_checks("tcp", http_port, count - len(agents) - len(https) - len(http))
    return [*tcp, *http, *https, *agents]


def _mixed(healthy: list[Check], silent: list[Check]) -> list[Check]:
    """Spread the silent ones evenly among the others, under names of their own."""
    named = [replace(each, monitor_id=f"{each.monitor_id}-deaf") for each in silent]
    silent[:] = named
    if not named:
        return healthy
    step = len(healthy) // len(named)
    pieces = [[one, *healthy[i * step : (i + 1) * step]] for i, one in enumerate(named)]
    return [*chain.from_iterable(pieces), *healthy[len(named) * step :]]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]))
