"""What a command in the agent's configuration printed (NET-SNMP-EXTEND-MIB): one line, read
strictly.

The line is `NUMBER` or `NUMBER words`, or `bad words` for a state that is wrong whatever a figure
says. Whatever else a command prints is no measurement: a server's output is not trusted.
"""

import re

from probe.probers.facts import AgentFacts, Measure, Need
from probe.probers.result import ProbeResult
from toban.domain.check import ResourceQuestion
from toban.domain.observation import Reason
from toban.domain.scale import Scale

_EXTEND = "1.3.6.1.4.1.8072.1.3.2.3.1"
_OUTPUT, _RESULT = f"{_EXTEND}.2", f"{_EXTEND}.4"
"""nsExtendOutputFull and nsExtendResult; the index is the name, its length before it."""
_LINE = re.compile(rb"(?:(\d{1,12}(?:\.\d{1,3})?)|bad)(?: ([ -~]{1,200}))?\n?")
_ROUNDS_OF_OTHERS = 4
"""An agent answers nothing while its commands run: all that it knows by itself is asked before."""
_NOTHING = Need()
_SHOWN = 80
_UNITS = {Scale.PERCENT: " %", Scale.SECONDS: " s"}


def extend_oids(name: str) -> tuple[str, str]:
    """Return the OIDs of the output and the exit status of an extend line."""
    octets = name.encode()
    index = ".".join(map(str, (len(octets), *octets)))
    return f"{_OUTPUT}.{index}", f"{_RESULT}.{index}"


def measure_extend(question: ResourceQuestion, facts: AgentFacts) -> Measure:
    """Read the line of the question's command and judge its figure."""
    for _ in range(_ROUNDS_OF_OTHERS):
        yield _NOTHING
    output, result = extend_oids(question.extend)
    yield Need(oids=(output, result))
    printed, status = facts.values.get(output), facts.number(result)
    if not isinstance(printed, bytes) or status is None:
        words = f"the agent has no line extend {question.extend} in its configuration"
        return ProbeResult(Reason.NOT_MEASURED, words)
    if status:
        words = f"{question.extend} could not look (exit {status}): {_start(printed)}"
        return ProbeResult(Reason.NOT_MEASURED, words)
    line = _LINE.fullmatch(printed)
    if line is None:
        words = f"{question.extend} printed something else: {_start(printed)}"
        return ProbeResult(Reason.NOT_MEASURED, words)
    said = line[2].decode("ascii") if line[2] else ""
    if line[1] is None:
        return ProbeResult(Reason.BAD_STATE, said)
    return _judged(question, float(line[1]), said)


def _judged(question: ResourceQuestion, value: float, said: str) -> ProbeResult:
    if question.scale is Scale.STATE:
        return ProbeResult(Reason.OK, said or "in order")
    unit = _UNITS.get(question.scale, "")
    words = f"{value:g}{unit}{f' ({said})' if said else ''}; alert at {question.threshold:g}{unit}"
    over = value >= question.threshold
    return ProbeResult(Reason.OVER_THRESHOLD if over else Reason.OK, words, value)


def _start(printed: bytes) -> str:
    return printed[:_SHOWN].decode("utf-8", "replace")
