"""Disk use of one mount point, counted as df counts: used / (used + available to users)."""

from probe.probers.facts import AgentFacts, Measure, Need
from probe.probers.result import ProbeResult
from probe.probers.threshold import judged
from toban.domain.check import ResourceQuestion
from toban.domain.observation import Reason

_DISK = "1.3.6.1.4.1.2021.9.1"
DISK_PATH = f"{_DISK}.2"
_WHOLE = DISK_AVAILABLE, DISK_USED = f"{_DISK}.7", f"{_DISK}.8"
_HALVES = DISK_AVAILABLE_LOW, DISK_AVAILABLE_HIGH, DISK_USED_LOW, DISK_USED_HIGH = tuple(
    f"{_DISK}.{leaf}" for leaf in (13, 14, 15, 16)
)
DISK_SIZES = (*_HALVES, *_WHOLE)
DISK_MESSAGE = f"{_DISK}.101"
"""UCD-SNMP-MIB dskTable, KiB; the Low and High halves exist because 32 bits end at 2 TiB."""
_STORAGE = "1.3.6.1.2.1.25.2.3.1"
STORAGE_NAME, STORAGE_UNIT, STORAGE_SIZE, STORAGE_USED = (
    f"{_STORAGE}.{leaf}" for leaf in (3, 4, 5, 6)
)
"""HOST-RESOURCES-MIB hrStorageTable (RFC 2790): sizes in units of hrStorageAllocationUnits."""
_SPAN = 2**32


def measure_disk(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    """Prefer dskTable, which knows what is reserved for root; else hrStorage, which does not."""
    yield Need(columns=(DISK_PATH,))
    index = facts.index_of(DISK_PATH, question.subject)
    if index is not None:
        return (yield from _from_disk_table(question, facts, index))
    yield Need(columns=(STORAGE_NAME,))
    index = facts.index_of(STORAGE_NAME, question.subject)
    if index is not None:
        return (yield from _from_storage(question, facts, index))
    known = {*facts.column(DISK_PATH).values(), *facts.column(STORAGE_NAME).values()}
    mounts = ", ".join(sorted(name for name in known if name.startswith("/")))
    return ProbeResult(Reason.NOT_MEASURED, f"no mount {question.subject}; the agent has: {mounts}")


def _from_disk_table(question: ResourceQuestion, facts: AgentFacts, index: str) -> Measure:
    yield Need(oids=tuple(f"{column}.{index}" for column in (*DISK_SIZES, DISK_MESSAGE)))
    available, used = disk_sizes(facts, index) or (0, 0)
    if available + used <= 0:
        message = facts.text(f"{DISK_MESSAGE}.{index}")
        words = f"the agent tells no sizes of {question.subject}; {message}"
        return ProbeResult(Reason.NOT_MEASURED, words)
    return _disk_judged(question, used * 1024, (available + used) * 1024, "")


def disk_sizes(facts: AgentFacts, index: str) -> tuple[int, int] | None:
    """Return what a row of dskTable tells as available to users and as used (KiB), None when it
    tells neither.
    """
    parts = facts.numbers(*(f"{column}.{index}" for column in _HALVES))
    if parts is not None:
        return parts[0] + parts[1] * _SPAN, parts[2] + parts[3] * _SPAN
    found = facts.numbers(*(f"{column}.{index}" for column in _WHOLE))
    return (found[0], found[1]) if found else None


def _from_storage(question: ResourceQuestion, facts: AgentFacts, index: str) -> Measure:
    oids = [f"{column}.{index}" for column in (STORAGE_UNIT, STORAGE_SIZE, STORAGE_USED)]
    yield Need(oids=tuple(oids))
    found = facts.numbers(*oids)
    if found is None:
        return ProbeResult(Reason.NOT_MEASURED, f"the agent tells no sizes of {question.subject}")
    unit, size, used = found[0], found[1] % _SPAN, found[2] % _SPAN
    if unit <= 0 or not 0 < size >= used:
        words = f"the agent tells impossible sizes of {question.subject}: {used} of {size}"
        return ProbeResult(Reason.NOT_MEASURED, words)
    return _disk_judged(question, used * unit, size * unit, ", root's reserve included")


def _disk_judged(question: ResourceQuestion, used: int, size: int, remark: str) -> ProbeResult:
    percent = 100 * used / size
    gib = 1024**3
    words = f"{question.subject} {percent:.1f} % used; {used / gib:.1f} of {size / gib:.1f} GiB"
    return judged(question, percent, words + remark)
