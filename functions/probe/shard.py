"""All checks of one invocation, hundreds at once, none able to hurt another."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import chain
from math import inf
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from probe.agent_secrets import Secrets, agent_secrets
from probe.own_limits import affordable, seldom_swept
from probe.probers import AGENT_KINDS, agent_prober, prober
from probe.probers.result import ProbeResult, observation, result_of
from probe.probers.wire import close_wire
from toban.domain.check import Agent, Check
from toban.domain.counters import Counters
from toban.domain.observation import Observation, Reason

if TYPE_CHECKING:
    from probe.probers.sampler import Samplers

LIMIT = 900
"""Probes at once at most; each holds one descriptor, and Lambda gives 1,024."""
HIRED_AT_ONCE = 100
"""Probes at once in the beginning; as many more start with each pulse, because probes that wait for
a silent server cost nothing. Few at once are cheaper, and swamp nobody's network.
"""
GRACE_SECONDS = 5.0
"""After which a probe that ignores its own timeout is ended from outside."""
STALL_SECONDS = 2.0
"""A standstill of our own process (a frozen sandbox, no CPU) after which its timeouts prove
nothing.
"""
_PULSE_SECONDS = 0.25
_NOTHING = ProbeResult(Reason.PROBER_FAULT, "the prober returned nothing")
_OVERDUE = ProbeResult(Reason.PROBER_FAULT, "the prober did not keep its own time")
_WAITED_FOR = frozenset({Reason.TIMEOUT, Reason.NO_REPLY})

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class ShardResult:
    """`observations` in the order of the checks; `counters` by server, for servers whose counters
    were read.
    """

    observations: tuple[Observation, ...]
    counters: dict[str, Counters] = field(default_factory=dict)


def observe_all(
    checks: Sequence[Check],
    counters: Mapping[str, Counters],
    secrets: Secrets,
    at: Clock,
    limit: int = LIMIT,
    samplers: "Samplers" = MappingProxyType({}),
) -> ShardResult:
    """Run `observe` in an event loop of its own, for handlers."""
    results: list[ShardResult] = []

    async def run() -> None:
        # not returned: asyncio.run makes a text of whatever its coroutine returns, and drops it
        results.append(await observe(checks, counters, secrets, at, limit, samplers))

    with seldom_swept():
        asyncio.run(run())
    return results[0]


async def observe(
    checks: Sequence[Check],
    counters: Mapping[str, Counters],
    secrets: Secrets,
    at: Clock,
    limit: int = LIMIT,
    samplers: "Samplers" = MappingProxyType({}),
) -> ShardResult:
    """Probe all checks, at most `limit` at once, and return one observation for each.

    `counters` holds the previous sample of each server, `secrets` returns the value of Agent.secret
    (asked once a name, before the probes start), `at` tells aware UTC, `samplers` take the samples
    of their agents. Whatever fails on our side is an unknown observation.
    """
    shard = _Shard(checks, counters, at, samplers)
    jobs = iter(shard.jobs(agent_secrets(checks, secrets)))
    pulse = asyncio.ensure_future(shard.feel_pulse())
    try:
        await _all_done(jobs, min(affordable(limit), len(checks)))
        shard.feel(monotonic())
    finally:
        pulse.cancel()
        close_wire()
    return shard.result()


async def _all_done(jobs: Iterator[Awaitable[None]], limit: int) -> None:
    """Share the jobs among workers, few at first; one that is done has found no more jobs."""
    crew: set[asyncio.Task[None]] = set()
    hired = 0
    try:
        while True:
            wanted = min(limit - hired, HIRED_AT_ONCE)
            crew |= {asyncio.create_task(_work(jobs)) for _ in range(wanted)}
            hired += wanted
            if not crew:
                return
            done, crew = await asyncio.wait(crew, timeout=_PULSE_SECONDS)
            for worker in done:
                worker.result()
            if done:
                limit = hired
    finally:
        for worker in crew:
            worker.cancel()


async def _work(jobs: Iterator[Awaitable[None]]) -> None:
    for job in jobs:
        await job


class _OverdueError(Exception):
    """A piece of work ignored its own timeout."""


class _Shard:
    """The checks, what has been observed so far, and how steadily our own process ran."""

    def __init__(
        self,
        checks: Sequence[Check],
        counters: Mapping[str, Counters],
        at: Clock,
        samplers: "Samplers",
    ) -> None:
        self._checks = checks
        self._samplers = samplers
        self._before = counters
        self._at = at
        self._observed: dict[int, Observation] = {}
        self._counters: dict[str, Counters] = {}
        self._ends: dict[asyncio.Task[Any], float] = {}
        self._due = inf
        self._worst_stall = 0.0

    def jobs(self, secrets: Mapping[str, str | Exception]) -> Iterator[Awaitable[None]]:
        """Yield one piece of work for each check asked alone and for each agent."""
        for index, check in enumerate(self._checks):
            if check.kind not in AGENT_KINDS:
                yield self._guarded([index], self._alone(index, check))
        for agent, indexes in self._by_agent():
            yield self._guarded(indexes, self._together(agent, indexes, secrets))

    async def feel_pulse(self) -> None:
        """Measure how late the event loop runs and end what is overdue, until cancelled."""
        while True:
            self._due = monotonic() + _PULSE_SECONDS
            await asyncio.sleep(_PULSE_SECONDS)
            now = monotonic()
            self.feel(now)
            for worker in [worker for worker, end in self._ends.items() if end <= now]:
                self._ends[worker] = inf
                worker.cancel()

    def feel(self, now: float) -> None:
        """Take note of how late the pulse is (loop time)."""
        self._worst_stall = max(self._worst_stall, now - self._due)

    def result(self) -> ShardResult:
        """Return everything observed; timeouts seen by a process that stood still are withdrawn."""
        found = [self._observed[index] for index in range(len(self._checks))]
        if self._worst_stall > STALL_SECONDS:
            found = [self._withdrawn(one) if one.reason in _WAITED_FOR else one for one in found]
        return ShardResult(tuple(found), self._counters)

    def _by_agent(self) -> Iterator[tuple[Agent | None, list[int]]]:
        """Group the checks of one server that one agent answers; most stand together already."""
        groups: dict[str, list[tuple[Agent | None, list[int]]]] = {}
        for index, check in enumerate(self._checks):
            if check.kind in AGENT_KINDS:
                of_server = groups.setdefault(check.server_id, [])
                for agent, indexes in of_server:
                    if agent == check.agent:
                        indexes.append(index)
                        break
                else:
                    of_server.append((check.agent, [index]))
        return chain.from_iterable(groups.values())

    async def _alone(self, index: int, check: Check) -> None:
        self._observed[index] = await prober(check.kind)(check, self._at)

    async def _together(
        self, agent: Agent | None, indexes: list[int], secrets: Mapping[str, str | Exception]
    ) -> None:
        checks = [self._checks[index] for index in indexes]
        secret = secrets[agent.secret] if agent else ""
        if isinstance(secret, Exception):
            raise secret
        server_id = checks[0].server_id
        before = self._before.get(server_id)
        ask = agent_prober(checks[0].kind)
        if self._samplers and (sampler := self._samplers.get((server_id, agent))):
            ask = partial(ask, sampler=sampler)
        observations, counters = await ask(checks, secret, before, self._at)
        self._observed.update(zip(indexes, observations, strict=True))
        if counters is not None:
            self._counters[server_id] = counters

    async def _guarded(self, indexes: list[int], work: Awaitable[None]) -> None:
        """Bound one piece of work; whatever it did not observe is our own fault."""
        longest = max([self._checks[index].total_timeout_seconds for index in indexes])
        try:
            await self._ended_in_time(work, longest + GRACE_SECONDS)
        except _OverdueError:
            self._observe_rest(indexes, _OVERDUE)
        except Exception as error:
            self._observe_rest(indexes, result_of(error))
        else:
            self._observe_rest(indexes, _NOTHING)

    def _observe_rest(self, indexes: list[int], result: ProbeResult) -> None:
        for index in indexes:
            if index not in self._observed:
                self._observed[index] = observation(self._checks[index], self._at(), result)

    async def _ended_in_time(self, work: Awaitable[None], seconds: float) -> None:
        """Await the work; the pulse ends it when it is overdue, which is cheaper than a timer."""
        worker = asyncio.current_task()
        if worker is None:
            raise RuntimeError("a probe runs in a task")
        self._ends[worker] = monotonic() + seconds
        try:
            await work
        except asyncio.CancelledError:
            if self._ends[worker] != inf or worker.uncancel():
                raise
            raise _OverdueError from None
        finally:
            del self._ends[worker]

    def _withdrawn(self, one: Observation) -> Observation:
        words = f"our own process stood still for {self._worst_stall:.1f} s; seen: {one.reason}"
        return replace(one, reason=Reason.PROBER_FAULT, evidence=words)
