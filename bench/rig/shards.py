"""Shards of checks as production has them, and the work that a round does for each check."""

import zlib
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from bench.rig.servers import ADDRESSES, COMMUNITY
from probe.probers.resource import (
    CPU_COUNT,
    CPU_TICKS,
    HOST_UPTIME,
    LOAD_5_MINUTES,
    MEMORY_AVAILABLE,
    MEMORY_BUFFER,
    MEMORY_CACHED,
    MEMORY_FREE,
    MEMORY_SHARED,
    MEMORY_TOTAL,
    SYS_UPTIME,
)
from probe.probers.system import SWAP_AVAILABLE, SWAP_TOTAL
from probe.round import moves_of
from probe.shard import LIMIT, observe_all
from toban import clock
from toban.domain.check import Agent, Check, HttpQuestion, Kind, Resource, ResourceQuestion
from toban.domain.counters import Counters, CpuSample
from toban.domain.observation import Observation
from toban.domain.policy import Policy
from toban.domain.shards import MONITORS_PER_SHARD
from toban.domain.vantage import judge
from toban.store.shards import packed, unpacked

OIDS = (
    *(HOST_UPTIME, SYS_UPTIME, *CPU_TICKS, CPU_COUNT, LOAD_5_MINUTES),
    *(MEMORY_TOTAL, MEMORY_AVAILABLE, MEMORY_SHARED, MEMORY_FREE, MEMORY_BUFFER, MEMORY_CACHED),
    *(SWAP_TOTAL, SWAP_AVAILABLE),
)
"""The twenty objects that the five monitors of one agent below ask for, in one GET."""
_RESOURCES = (Resource.CPU, Resource.LOAD, Resource.MEMORY, Resource.SWAP)
_MONITORS_OF_AN_AGENT = 1 + len(_RESOURCES)
_NEVER = 1e9
_FIVE_MINUTES = 30_000
_COUNTERS = msgspec.json.Decoder(dict[str, Counters])


def web_checks(kind: str, port: int, count: int = MONITORS_PER_SHARD) -> list[Check]:
    """Return `count` TCP, HTTP or HTTPS checks of the bench's nginx, with the usual timeouts."""
    question = None if kind == "tcp" else HttpQuestion(tls=kind == "https")
    what = Kind.TCP if kind == "tcp" else Kind.HTTP
    return [
        Check(f"acme.web{i:04}.{kind}", what, ADDRESSES[i % len(ADDRESSES)], port, http=question)
        for i in range(count)
    ]


def agent_checks(
    port: int, agents: int = MONITORS_PER_SHARD // _MONITORS_OF_AN_AGENT
) -> list[Check]:
    """Return the five checks of each of `agents` agents."""
    return [check for i in range(agents) for check in _of_agent(i, port)]


def _of_agent(number: int, port: int) -> Iterator[Check]:
    host = ADDRESSES[number % len(ADDRESSES)]
    agent = Agent(host, port, "2c", "/toban/acme/community")
    name = f"acme.db{number:04}"
    yield Check(f"{name}.agent", Kind.AGENT, host, agent=agent)
    for each in _RESOURCES:
        question = ResourceQuestion(each, _NEVER)
        yield Check(f"{name}.{each}", Kind.RESOURCE, host, agent=agent, resource=question)


class ShardRounds:
    """A shard probed round after round, with what the store keeps of it as it is kept there."""

    def __init__(self, checks: list[Check], limit: int = LIMIT) -> None:
        self._packed = packed(checks)
        self._counters = zlib.compress(b"{}")
        self.kept = b""
        self._limit = limit
        self._policy = Policy()

    def run(self) -> tuple[Observation, ...]:
        """Look the targets up, observe them, judge; as probe.round does, but for the tables."""
        checks = unpacked(self._packed)
        counters = _COUNTERS.decode(zlib.decompress(self._counters))
        result = observe_all(checks, counters, lambda _: COMMUNITY, clock.now, self._limit)
        seen = judge(result.observations, lambda: True)
        if list(moves_of(self._policy, {}, checks, seen)):
            raise AssertionError(f"not all is well: {_first_unwell(seen)}")
        self.kept = zlib.compress(msgspec.json.encode(result.counters))
        return seen

    def warm_up(self) -> None:
        """Make the first round, and date its samples back, so that rates have a past."""
        checks = unpacked(self._packed)
        counters = observe_all(checks, {}, lambda _: COMMUNITY, clock.now, self._limit).counters
        earlier = {server: _earlier(each) for server, each in counters.items()}
        self._counters = zlib.compress(msgspec.json.encode(earlier))


def _earlier(counters: Counters) -> Counters:
    now = counters.cpu
    if now is None:
        return counters
    ticks = tuple(max(0, tick - 1_000) for tick in now.ticks)
    return replace(counters, cpu=CpuSample(now.uptime - _FIVE_MINUTES, ticks))


def _first_unwell(seen: tuple[Observation, ...]) -> Observation | None:
    return next((one for one in seen if one.reason != "ok"), None)
