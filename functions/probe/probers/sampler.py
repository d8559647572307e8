"""The sample of a server that its graphs are made of, taken when its monitors have been asked
(N-9).

It is asked last and alone: whatever goes wrong here, no monitor is hurt by it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from probe.probers.facts import AgentFacts
from probe.probers.resource import (
    CPU_COUNT,
    CPU_TICKS,
    HOST_UPTIME,
    IF_NAME,
    IF_RECEIVED,
    IF_SENT,
    LOAD_5_MINUTES,
    MEMORY_AVAILABLE,
    MEMORY_BUFFER,
    MEMORY_CACHED,
    MEMORY_FREE,
    MEMORY_SHARED,
    MEMORY_TOTAL,
    PROCESSOR_LOAD,
    SYS_UPTIME,
    Samples,
    memory_of,
    uptime,
)
from probe.probers.snmp import AgentSession
from probe.probers.storage import DISK_PATH, STORAGE_NAME
from probe.probers.system import SWAP_AVAILABLE, SWAP_TOTAL
from probe.probers.volumes import oids_of_volumes, volumes
from toban.domain.check import Agent, Check, Kind, Resource
from toban.domain.counters import (
    Counters,
    CpuSample,
    TrafficSample,
    cpu_usage,
    one_point,
    too_close,
    traffic_rate,
)
from toban.domain.metrics import (
    INTERFACES_KEPT,
    LONGEST_NAME,
    MOUNTS_KEPT,
    RECEIVED,
    SENT,
    Layout,
    Sample,
    of_part,
)

LOADS = tuple(f"{LOAD_5_MINUTES.rpartition('.')[0]}.{row}" for row in (1, 2, 3))
"""UCD-SNMP-MIB laLoadInt, hundredths, over 1, 5 and 15 minutes."""
_MEMORY = (
    *(MEMORY_TOTAL, MEMORY_AVAILABLE, MEMORY_FREE, MEMORY_BUFFER, MEMORY_CACHED, MEMORY_SHARED),
    *(SWAP_TOTAL, SWAP_AVAILABLE),
)
_GENERAL = (HOST_UPTIME, SYS_UPTIME, *CPU_TICKS, CPU_COUNT, *LOADS, *_MEMORY)
_INNER = (
    *("lo", "veth", "docker", "br-", "virbr", "cni", "cali", "flannel", "dummy", "ifb", "sit"),
    *("gre", "erspan", "ip6", "tunl", "vnet", "lxc", "kube", "teql", "ip_vti"),
)
"""Interfaces whose traffic does not leave the machine, or leaves it through another once more."""
_KIB = 1024.0


class Sampler:
    """Takes one sample; `sample` is None until it is taken."""

    def __init__(self, checks: Sequence[Check], before: Counters | None) -> None:
        self.sample: Sample | None = None
        self._subjects = {
            kind: _subjects(checks, *kinds)
            for kind, kinds in (
                ("mounts", (Resource.DISK, Resource.INODE)),
                ("interfaces", (Resource.TRAFFIC,)),
            )
        }
        self._before = before

    async def ask(self, session: AgentSession, facts: AgentFacts, samples: Samples) -> None:
        """Ask for what the monitors have not learned; `samples` gets the counters that were read.

        Raises ProbeError.
        """
        await _learn(session, facts, _GENERAL)
        await _walk(session, facts, IF_NAME, DISK_PATH)
        if set(self._subjects["mounts"]) - {*facts.column(DISK_PATH).values()}:
            await _walk(session, facts, STORAGE_NAME)
        if not facts.number(CPU_COUNT):
            await _walk(session, facts, PROCESSOR_LOAD)
        mounts, interfaces = self._mounts(facts), self._interfaces(facts)
        rows = [f"{column}.{i}" for i in interfaces.values() for column in (IF_RECEIVED, IF_SENT)]
        await _learn(session, facts, [HOST_UPTIME, SYS_UPTIME, *rows], anew=True)
        await _learn(session, facts, oids_of_volumes(facts, mounts))
        values = {
            **self._cpu(facts, samples),
            **dict(_load(facts)),
            **dict(_memory(facts)),
            **volumes(facts, mounts),
            **self._traffic(facts, interfaces, samples),
        }
        self.sample = Sample(Layout(mounts, tuple(interfaces)), values)

    def _mounts(self, facts: AgentFacts) -> tuple[str, ...]:
        """Return the monitored mounts and then the others that the agent was told to watch."""
        told = [name for name in facts.column(DISK_PATH).values() if name.startswith("/")]
        known = {*told, *facts.column(STORAGE_NAME).values()}
        wanted = [name for name in self._subjects["mounts"] if name in known]
        return tuple(islice(_presentable(dict.fromkeys([*wanted, *told])), MOUNTS_KEPT))

    def _interfaces(self, facts: AgentFacts) -> dict[str, str]:
        """Return name and index of the monitored interfaces, then of those that lead outwards."""
        index_of = {name: index for index, name in facts.column(IF_NAME).items()}
        wanted = [name for name in self._subjects["interfaces"] if name in index_of]
        outer = [name for name in index_of if not name.startswith(_INNER)]
        names = islice(_presentable(dict.fromkeys([*wanted, *outer])), INTERFACES_KEPT)
        return {name: index_of[name] for name in names}

    def _cpu(self, facts: AgentFacts, samples: Samples) -> dict[str, float]:
        ticks, since = facts.each_number(CPU_TICKS), uptime(facts)
        if since is None or ticks[0] is None or ticks[3] is None:
            return {}
        now = CpuSample(samples.cpu.uptime if samples.cpu else since, _whole(ticks))
        before = self._before.cpu if self._before else None
        if samples.cpu is None:
            samples.cpu = before if before and too_close(before.uptime, now.uptime) else now
        usage = cpu_usage(before, now) if before and one_point(before.uptime, now.uptime) else None
        if usage is None:
            return {}
        return {f"cpu.{name}": getattr(usage, name) for name in usage.__slots__}

    def _traffic(
        self, facts: AgentFacts, interfaces: dict[str, str], samples: Samples
    ) -> dict[str, float]:
        values: dict[str, float] = {}
        since = uptime(facts)
        for name, index in interfaces.items():
            octets = facts.numbers(f"{IF_RECEIVED}.{index}", f"{IF_SENT}.{index}")
            if since is None or octets is None:
                continue
            now = TrafficSample(since, *octets)
            before = self._before.traffic.get(name) if self._before else None
            kept = before if before and too_close(before.uptime, since) else now
            samples.traffic.setdefault(name, kept)
            rate = None
            if before and one_point(before.uptime, since):
                rate = traffic_rate(before, now)
            if rate:
                values[of_part(RECEIVED, name)] = rate.received
                values[of_part(SENT, name)] = rate.sent
        return values


Samplers = Mapping[tuple[str, Agent | None], Sampler]
"""By server and agent."""


def samplers_of(checks: Sequence[Check], before: Mapping[str, Counters]) -> Samplers:
    """Return a sampler for each agent that is asked for resources; `before` is by server."""
    by_agent: dict[tuple[str, Agent | None], list[Check]] = {}
    for check in checks:
        if check.kind is Kind.RESOURCE and check.agent:
            by_agent.setdefault((check.server_id, check.agent), []).append(check)
    return {key: Sampler(of_agent, before.get(key[0])) for key, of_agent in by_agent.items()}


async def _learn(
    session: AgentSession, facts: AgentFacts, oids: Sequence[str], *, anew: bool = False
) -> None:
    missing = oids if anew else [oid for oid in oids if oid not in facts.values]
    if missing:
        facts.values |= await session.get(missing)


async def _walk(session: AgentSession, facts: AgentFacts, *columns: str) -> None:
    for column in columns:
        if column not in facts.columns:
            facts.columns[column] = dict(await session.column(column))


def _subjects(checks: Sequence[Check], *kinds: Resource) -> list[str]:
    questions = [check.resource for check in checks if check.resource]
    return [each.subject for each in questions if each.resource in kinds and each.subject]


def _presentable(names: dict[str, None]) -> Iterator[str]:
    """Yield the names that can stand in a key and in a legend: what an agent prints is hostile."""
    return (name for name in names if len(name) <= LONGEST_NAME and name.isprintable())


def _whole(ticks: Sequence[int | None]) -> tuple[int, ...]:
    return tuple(tick or 0 for tick in ticks)


def _load(facts: AgentFacts) -> Iterator[tuple[str, float]]:
    for minutes, oid in zip((1, 5, 15), LOADS, strict=True):
        hundredths = facts.number(oid)
        if hundredths is not None and hundredths >= 0:
            yield f"load.{minutes}", hundredths / 100
    cores = facts.number(CPU_COUNT) or len(facts.columns.get(PROCESSOR_LOAD, {}))
    if cores:
        yield "load.cores", float(cores)


def _memory(facts: AgentFacts) -> Iterator[tuple[str, float]]:
    found = memory_of(facts)
    if found is not None:
        total, available = found
        yield "memory.total", total * _KIB
        yield "memory.available", available * _KIB
        yield "memory.used", (total - available) * _KIB
    cached = facts.numbers(MEMORY_BUFFER, MEMORY_CACHED)
    if cached is not None:
        yield "memory.cached", sum(cached) * _KIB
    swap = facts.numbers(SWAP_TOTAL, SWAP_AVAILABLE)
    if swap is not None and 0 <= swap[1] <= swap[0]:
        yield "swap.total", swap[0] * _KIB
        yield "swap.used", (swap[0] - swap[1]) * _KIB
