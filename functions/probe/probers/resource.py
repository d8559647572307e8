"""The five resources of clause N-9 as an agent tells them (catalogue 2.4)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from probe.probers.facts import AgentFacts, Measure, Need
from probe.probers.result import ProbeResult
from probe.probers.storage import measure_disk
from probe.probers.system import GAUGES
from probe.probers.threshold import judged
from toban.domain.check import Resource, ResourceQuestion
from toban.domain.counters import (
    BitRate,
    Counters,
    CpuSample,
    TrafficSample,
    cpu_shares,
    too_close,
    traffic_rate,
)
from toban.domain.observation import Reason

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
HOST_UPTIME = "1.3.6.1.2.1.25.1.1.0"
"""The agent's uptime starts again with every restart of snmpd, the host's only with the counters.
"""
_CPU_RAW = "1.3.6.1.4.1.2021.11"
CPU_TICKS = tuple(f"{_CPU_RAW}.{leaf}.0" for leaf in (50, 51, 52, 53, 54, 56, 61, 64))
"""ssCpuRaw user, nice, system, idle, wait, interrupt, soft IRQ, steal (UCD-SNMP-MIB)."""
CPU_COUNT = f"{_CPU_RAW}.67.0"
PROCESSOR_LOAD = "1.3.6.1.2.1.25.3.3.1.2"
LOAD_5_MINUTES = "1.3.6.1.4.1.2021.10.1.5.2"
_MEMORY = "1.3.6.1.4.1.2021.4"
MEMORY_TOTAL, MEMORY_FREE, MEMORY_SHARED, MEMORY_BUFFER, MEMORY_CACHED, MEMORY_AVAILABLE = (
    f"{_MEMORY}.{leaf}.0" for leaf in (5, 6, 13, 14, 15, 27)
)
IF_DESCRIPTION = "1.3.6.1.2.1.2.2.1.2"
_IFX = "1.3.6.1.2.1.31.1.1.1"
IF_NAME, IF_RECEIVED, IF_SENT, IF_HIGH_SPEED = (f"{_IFX}.{leaf}" for leaf in (1, 6, 10, 15))
"""IF-MIB ifXTable (RFC 2863): 64-bit octets, speed in 1,000,000 bits per second."""


_CPU_NEED = Need(oids=(HOST_UPTIME, SYS_UPTIME, *CPU_TICKS))
_LOAD_NEED = Need(oids=(LOAD_5_MINUTES, CPU_COUNT))
_MEMORY_PARTS = (MEMORY_FREE, MEMORY_BUFFER, MEMORY_CACHED)
_MEMORY_NEED = Need(oids=(MEMORY_TOTAL, MEMORY_AVAILABLE, MEMORY_SHARED, *_MEMORY_PARTS))


@dataclass(slots=True)
class Samples:
    """The counters before this probe and the ones it takes."""

    previous: Counters | None
    cpu: CpuSample | None = None
    traffic: dict[str, TrafficSample] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def counters(self, at: datetime) -> Counters | None:
        """Return what to keep for the next probe, None when no counter was read."""
        if self.cpu is None and not self.traffic and not self.told:
            return None
        before = self.previous or Counters(at)
        traffic, told = {**before.traffic, **self.traffic}, {**before.told, **self.told}
        return Counters(at, self.cpu or before.cpu, traffic, told)


def measure_resource(question: ResourceQuestion, facts: AgentFacts, samples: Samples) -> Measure:
    """Measure the resource of the question and judge it against its threshold."""
    if question.resource is Resource.CPU:
        return _cpu(question, facts, samples)
    if question.resource is Resource.TRAFFIC:
        return _traffic(question, facts, samples)
    if question.resource not in _GAUGES:
        from probe.probers.state import measure_state  # few shards ask for it

        return measure_state(question, facts)
    return _GAUGES[question.resource](question, facts)


def uptime(facts: AgentFacts) -> int | None:
    """Return hundredths of a second since the host started, or since its agent did."""
    host = facts.number(HOST_UPTIME)
    return facts.number(SYS_UPTIME) if host is None else host


def _cpu(question: ResourceQuestion, facts: AgentFacts, samples: Samples) -> Measure:
    yield _CPU_NEED
    ticks = facts.each_number(CPU_TICKS)
    since = uptime(facts)
    if since is None or ticks[0] is None or ticks[3] is None or not any(ticks):
        return ProbeResult(Reason.NOT_MEASURED, "the agent tells no CPU ticks (ssCpuRaw)")
    now = CpuSample(since, tuple([tick or 0 for tick in ticks]))
    before = samples.previous.cpu if samples.previous else None
    stale = before is not None and (too_close(before.uptime, since) or before.ticks == now.ticks)
    samples.cpu = before if stale else now
    shares = cpu_shares(before, now) if before else None
    if shares is None:
        return ProbeResult(Reason.NOT_MEASURED, _why_not(before.uptime if before else None, since))
    words = f"{shares.busy:.1f} % busy; iowait {shares.wait:.1f} %, steal {shares.steal:.1f} %"
    return judged(question, shares.busy, words)


def _load(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    yield _LOAD_NEED
    cores = facts.number(CPU_COUNT)
    if not cores:
        yield Need(columns=(PROCESSOR_LOAD,))
        cores = len(facts.columns.get(PROCESSOR_LOAD, {}))
    hundredths = facts.number(LOAD_5_MINUTES)
    if hundredths is None or not cores:
        return ProbeResult(Reason.NOT_MEASURED, "the agent tells no load or no processors")
    load = hundredths / 100
    limit = max(question.threshold * cores, question.floor)
    words = f"load average (5 min) {load:.2f} on {cores} cores; alert at {limit:.2f}"
    reason = Reason.OVER_THRESHOLD if load >= limit else Reason.OK
    return ProbeResult(reason, words, load / cores)


def _memory(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    yield _MEMORY_NEED
    found = memory_of(facts)
    if found is None:
        return ProbeResult(Reason.NOT_MEASURED, "the agent tells no usable memory figures")
    total, available = found
    used = 100 * (total - available) / total
    words = f"{used:.1f} % used; {available / 1024:.0f} of {total / 1024:.0f} MiB available"
    return judged(question, used, words)


def memory_of(facts: AgentFacts) -> tuple[int, int] | None:
    """Return total and available memory (KiB), None without usable figures; what an old kernel does
    not tell is what is free, buffers and cache.
    """
    total, available = facts.number(MEMORY_TOTAL), facts.number(MEMORY_AVAILABLE)
    free = facts.numbers(*_MEMORY_PARTS)
    if available is None and free is not None:
        available = sum(free) - (facts.number(MEMORY_SHARED) or 0)
    if not total or available is None or not 0 <= available <= total:
        return None
    return total, available


def _traffic(question: ResourceQuestion, facts: AgentFacts, samples: Samples) -> Measure:
    name = question.subject
    yield Need(oids=(HOST_UPTIME, SYS_UPTIME), columns=(IF_NAME,))
    index = facts.index_of(IF_NAME, name)
    if index is None:
        yield Need(columns=(IF_DESCRIPTION,))
        index = facts.index_of(IF_DESCRIPTION, name)
    if index is None:
        known = ", ".join(sorted(facts.column(IF_NAME).values()))
        return ProbeResult(Reason.NOT_MEASURED, f"no interface {name}; the agent has: {known}")
    received, sent, speed = (f"{c}.{index}" for c in (IF_RECEIVED, IF_SENT, IF_HIGH_SPEED))
    yield Need(oids=(received, sent, speed))
    since, octets = uptime(facts), facts.numbers(received, sent)
    if since is None or octets is None:
        return ProbeResult(Reason.NOT_MEASURED, f"the agent tells no 64-bit counters of {name}")
    before = samples.previous.traffic.get(name) if samples.previous else None
    now = TrafficSample(since, *octets)
    samples.traffic[name] = before if before and too_close(before.uptime, since) else now
    rate = traffic_rate(before, now) if before else None
    if rate is None:
        return ProbeResult(Reason.NOT_MEASURED, _why_not(before.uptime if before else None, since))
    return _rate_judged(question, rate, (facts.number(speed) or 0) * 1e6)


def _rate_judged(question: ResourceQuestion, rate: BitRate, told: float) -> ProbeResult:
    capacity = question.capacity or told
    words = f"in {rate.received / 1e6:.3f}, out {rate.sent / 1e6:.3f} Mbit/s"
    if not capacity:
        words = f"{words}; neither the contract nor the agent tells the speed of {question.subject}"
        return ProbeResult(Reason.NOT_MEASURED, words)
    used = 100 * max(rate.received, rate.sent) / capacity
    return judged(question, used, f"{words}; {used:.1f} % of {capacity / 1e6:g} Mbit/s")


def _why_not(before: int | None, now: int) -> str:
    if before is None:
        return "first sample: a rate needs two"
    if now < before:
        return "the server (or its agent) was restarted since the last sample"
    return "the last sample is too old or too recent, or a counter was set back"


_GAUGES: dict[Resource, Callable[[ResourceQuestion, AgentFacts], Measure]] = {
    Resource.LOAD: _load,
    Resource.MEMORY: _memory,
    Resource.DISK: measure_disk,
    **GAUGES,
}
