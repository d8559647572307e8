"""What else an agent tells of its system (catalogue 2.4): inodes, swap, processes, busy
disks.
"""

from probe.probers.facts import AgentFacts, Measure, Need
from probe.probers.result import ProbeResult
from probe.probers.storage import DISK_PATH
from probe.probers.threshold import judged
from toban.domain.check import Resource, ResourceQuestion
from toban.domain.observation import Reason

DISK_INODES = "1.3.6.1.4.1.2021.9.1.10"
"""UCD-SNMP-MIB dskPercentNode; the agent has rows for the `disk` lines of its configuration."""
SWAP_TOTAL, SWAP_AVAILABLE = "1.3.6.1.4.1.2021.4.3.0", "1.3.6.1.4.1.2021.4.4.0"
_SWAP_NEED = Need(oids=(SWAP_TOTAL, SWAP_AVAILABLE))
PROCESSES = "1.3.6.1.2.1.25.1.6.0"
"""HOST-RESOURCES-MIB hrSystemProcesses (RFC 2790)."""
_DISK_IO = "1.3.6.1.4.1.2021.13.15.1.1"
DEVICE, DEVICE_BUSY = f"{_DISK_IO}.2", f"{_DISK_IO}.10"
"""UCD-DISKIO-MIB diskIODevice and diskIOLA5: percent of the time, averaged over 5 minutes."""


def _inodes(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    return (yield from _of_row(question, facts, DISK_PATH, DISK_INODES, "of the inodes used"))


def _busy(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    return (yield from _of_row(question, facts, DEVICE, DEVICE_BUSY, "busy (5 min)"))


def _of_row(
    question: ResourceQuestion, facts: AgentFacts, names: str, figures: str, what: str
) -> Measure:
    """Judge a percentage that stands in the row of the question's subject."""
    yield Need(columns=(names,))
    index = facts.index_of(names, question.subject)
    if index is None:
        known = ", ".join(sorted(facts.column(names).values())) or "none"
        return ProbeResult(Reason.NOT_MEASURED, f"no {question.subject}; the agent has: {known}")
    yield Need(oids=(f"{figures}.{index}",))
    percent = facts.number(f"{figures}.{index}")
    if percent is None or not 0 <= percent <= 100:  # noqa: PLR2004 - per cent
        return ProbeResult(Reason.NOT_MEASURED, f"the agent tells no figure of {question.subject}")
    return judged(question, percent, f"{question.subject} {percent} % {what}")


def _swap(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    yield _SWAP_NEED
    found = facts.numbers(SWAP_TOTAL, SWAP_AVAILABLE)
    if found is None or not 0 <= found[1] <= found[0]:
        return ProbeResult(Reason.NOT_MEASURED, "the agent tells no usable swap figures")
    total, available = found
    if not total:
        return ProbeResult(Reason.OK, "the server has no swap", 0.0)
    percent = 100 * (total - available) / total
    words = f"{percent:.1f} % of the swap used; {available / 1024:.0f} of {total / 1024:.0f} MiB"
    return judged(question, percent, f"{words} free")


def _processes(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    yield Need(oids=(PROCESSES,))
    count = facts.number(PROCESSES)
    if not count:
        return ProbeResult(Reason.NOT_MEASURED, "the agent tells no number of processes")
    reason = Reason.OVER_THRESHOLD if count >= question.threshold else Reason.OK
    return ProbeResult(reason, f"{count} processes; alert at {question.threshold:g}", count)


GAUGES = {
    Resource.INODE: _inodes,
    Resource.SWAP: _swap,
    Resource.PROCESSES: _processes,
    Resource.DISK_BUSY: _busy,
}
