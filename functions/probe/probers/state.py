"""States that an agent tells of its system (catalogue 2.2): a file system that became read-only, a
clock that is off, a restart; and what the agent's own commands print.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from probe.probers.extend import measure_extend
from probe.probers.facts import AgentFacts, Measure, Need
from probe.probers.resource import HOST_UPTIME, SYS_UPTIME
from probe.probers.result import ProbeResult
from toban import clock
from toban.domain.check import Resource, ResourceQuestion
from toban.domain.observation import Reason

_FILE_SYSTEMS = "1.3.6.1.2.1.25.3.8.1"
FS_MOUNT, FS_ACCESS = f"{_FILE_SYSTEMS}.2", f"{_FILE_SYSTEMS}.5"
"""HOST-RESOURCES-MIB hrFSMountPoint and hrFSAccess: 1 readWrite, 2 readOnly (RFC 2790)."""
_WRITABLE, _READ_ONLY = 1, 2
SYSTEM_DATE = "1.3.6.1.2.1.25.1.2.0"
"""HOST-RESOURCES-MIB hrSystemDate: DateAndTime of SNMPv2-TC (RFC 2579), 11 octets with the zone."""
_WITH_ZONE = 11
_TOLD_TO = timedelta(seconds=1)
"""net-snmp tells whole seconds: the clock stands somewhere within the second that follows."""
_STARTED_TOGETHER = 30_000
"""Hundredths of a second that an agent may seem to have run for longer than its host."""


def measure_state(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    """Measure the state of the question."""
    match question.resource:
        case Resource.READ_ONLY:
            return _read_only(question, facts)
        case Resource.CLOCK:
            return measure_clock(question, facts)
        case Resource.REBOOT:
            return _reboot(question, facts)
        case _:
            return measure_extend(question, facts)


def _read_only(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    yield Need(columns=(FS_MOUNT,))
    # one mounted over another hides it; the later row is the one in effect
    index = [i for i, mount in facts.column(FS_MOUNT).items() if mount == question.subject][-1:]
    if not index:
        known = ", ".join(sorted(facts.column(FS_MOUNT).values())) or "none"
        words = f"no mount {question.subject}; the agent has: {known}"
        return ProbeResult(Reason.NOT_MEASURED, words)
    access = f"{FS_ACCESS}.{index[0]}"
    yield Need(oids=(access,))
    match facts.number(access):
        case 1:
            return ProbeResult(Reason.OK, f"{question.subject} is mounted read-write")
        case 2:
            return ProbeResult(Reason.READ_ONLY, f"{question.subject} is mounted read-only")
    return ProbeResult(Reason.NOT_MEASURED, f"the agent tells no access of {question.subject}")


def measure_clock(
    question: ResourceQuestion, facts: AgentFacts, here: Callable[[], datetime] = clock.machine_now
) -> Measure:
    """Judge how far the server's clock is off at the least, given that the answer was made at some
    moment between our question and its arrival.
    """
    asked = here()
    yield Need(oids=(SYSTEM_DATE,))
    arrived = here()
    told = _date(facts.values.get(SYSTEM_DATE))
    if told is None:
        return ProbeResult(
            Reason.NOT_MEASURED, "the agent tells no date with its zone (hrSystemDate)"
        )
    ahead, behind = told - arrived, asked - told - _TOLD_TO
    least = max(ahead, behind, timedelta()).total_seconds()
    side = "ahead of" if ahead > behind else "behind"
    words = f"the clock is at least {least:.1f} s {side} ours" if least else "the clock is right"
    words += f"; asked within {(arrived - asked).total_seconds():.1f} s"
    over = least >= question.threshold
    reason = Reason.OVER_THRESHOLD if over else Reason.OK
    return ProbeResult(reason, f"{words}; alert at {question.threshold:g} s", least)


def _date(value: object) -> datetime | None:
    """Return the moment of a DateAndTime, or None for what is none or has no zone."""
    if not isinstance(value, bytes) or len(value) != _WITH_ZONE:
        return None
    month, day, hour, minute, second, tenths = value[2:8]
    offset = timedelta(hours=value[9], minutes=value[10])
    try:
        zone = timezone(-offset if value[8:9] == b"-" else offset)
        moment = datetime(
            int.from_bytes(value[:2]), month, day, hour, minute, min(second, 59), tzinfo=zone
        )
        return (moment + timedelta(milliseconds=100 * min(tenths, 9))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _reboot(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    yield Need(oids=(HOST_UPTIME, SYS_UPTIME))
    host, agent = facts.number(HOST_UPTIME), facts.number(SYS_UPTIME)
    if host is None:
        return ProbeResult(Reason.NOT_MEASURED, "the agent tells no uptime of its host")
    seconds = host // 100
    if agent is not None and agent > host + _STARTED_TOGETHER:
        # 32 bits of hundredths end after 497 days; an agent does not outlive its host
        return ProbeResult(
            Reason.OK, "up for 497 days or more: the counter of the uptime began again"
        )
    words = f"up for {seconds // 60} min {seconds % 60} s"
    reason = Reason.REBOOTED if seconds < question.threshold else Reason.OK
    return ProbeResult(reason, words, seconds if reason is Reason.REBOOTED else None)
