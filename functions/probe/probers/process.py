"""How many processes of a name run (catalogue 2.3): prTable of the agent's `proc` lines, else the
process table.
"""

import re

from probe.probers.facts import AgentFacts, Measure, Need
from probe.probers.result import ProbeResult
from toban.domain.check import ProcessQuestion
from toban.domain.observation import Reason

PR_NAMES = "1.3.6.1.4.1.2021.2.1.2"
PR_COUNT = "1.3.6.1.4.1.2021.2.1.5"
PR_ERR_MESSAGE = "1.3.6.1.4.1.2021.2.1.101"
RUN_NAME = "1.3.6.1.2.1.25.4.2.1.2"
RUN_PATH = "1.3.6.1.2.1.25.4.2.1.4"
RUN_PARAMETERS = "1.3.6.1.2.1.25.4.2.1.5"
RUN_STATUS = "1.3.6.1.2.1.25.4.2.1.7"
"""UCD-SNMP-MIB prTable; HOST-RESOURCES-MIB hrSWRunTable (RFC 2790)."""

COMM_LENGTH = 15
"""Linux keeps 15 characters of a process name (TASK_COMM_LEN); hrSWRunName shows those."""
_INVALID = 4
"""hrSWRunStatus of a zombie."""
_FEW_ROWS = 40


def measure_process(question: ProcessQuestion, facts: AgentFacts) -> Measure:
    """Count the processes and judge the count; alternatives in the name are separated by "|"."""
    names = tuple(name for name in question.name.split("|") if name)
    if not question.arguments:
        yield Need(columns=(PR_NAMES,))
        listed = {i: name for i, name in facts.column(PR_NAMES).items() if name in names}
        if listed and set(listed.values()) == set(names):
            return (yield from _from_prtable(question, facts, list(listed)))
    return (yield from _from_process_table(question, facts, names))


def _from_prtable(question: ProcessQuestion, facts: AgentFacts, indexes: list[str]) -> Measure:
    counts = [f"{PR_COUNT}.{index}" for index in indexes]
    messages = [f"{PR_ERR_MESSAGE}.{index}" for index in indexes]
    yield Need(oids=(*counts, *messages))
    found = facts.numbers(*counts)
    if found is None:
        return ProbeResult(Reason.NOT_MEASURED, f"the agent lists {question.name} without a count")
    words = "; ".join(text for text in map(facts.text, messages) if text)
    return _judged(question, sum(found), words)


def _from_process_table(
    question: ProcessQuestion, facts: AgentFacts, names: tuple[str, ...]
) -> Measure:
    by_path = any(_needs_path(name) for name in names)
    yield Need(columns=(RUN_NAME, RUN_PATH) if by_path else (RUN_NAME,))
    if not facts.columns.get(RUN_NAME):
        return ProbeResult(Reason.NOT_MEASURED, "the agent shows no processes (hrSWRunTable)")
    indexes = [
        index
        for index, comm in facts.column(RUN_NAME).items()
        if any(_is(name, comm, facts.cell_text(RUN_PATH, index)) for name in names)
    ]
    wanted = (RUN_STATUS, RUN_PATH, RUN_PARAMETERS) if question.arguments else (RUN_STATUS,)
    yield _cells(wanted, indexes)
    running = [index for index in indexes if facts.cell(RUN_STATUS, index) != _INVALID]
    if question.arguments:
        try:
            pattern = re.compile(question.arguments)
        except re.error as error:
            return ProbeResult(Reason.PROBER_FAULT, f"{question.arguments}: {error}")
        running = [index for index in running if pattern.search(_command_line(facts, index))]
    return _judged(question, len(running), "")


def _needs_path(name: str) -> bool:
    """Titles such as "nginx: master process" and long names are not in the 15 characters of
    hrSWRunName.
    """
    return len(name) > COMM_LENGTH or any(sign in name for sign in " :/")


def _is(name: str, comm: str, path: str) -> bool:
    if not _needs_path(name):
        return comm == name
    program = path.partition(" ")[0].rpartition("/")[2]
    return program == name or path.startswith(name)


def _cells(columns: tuple[str, ...], indexes: list[str]) -> Need:
    if len(indexes) > _FEW_ROWS:
        return Need(columns=columns)
    return Need(oids=tuple(f"{column}.{index}" for index in indexes for column in columns))


def _command_line(facts: AgentFacts, index: str) -> str:
    """The agent cuts the path and the arguments at 128 characters each."""
    return f"{facts.cell_text(RUN_PATH, index)} {facts.cell_text(RUN_PARAMETERS, index)}".strip()


def _judged(question: ProcessQuestion, count: int, words: str) -> ProbeResult:
    """Never quote command lines: people pass passwords in them."""
    evidence = f"{question.name}: {count} running"
    if question.arguments:
        evidence += f" with arguments like {question.arguments}"
    if words:
        evidence += f"; agent: {words}"
    if count < question.minimum:
        return ProbeResult(Reason.NO_PROCESS, f"{evidence}; at least {question.minimum}", count)
    if question.maximum is not None and count > question.maximum:
        return ProbeResult(
            Reason.TOO_MANY_PROCESSES, f"{evidence}; at most {question.maximum}", count
        )
    return ProbeResult(Reason.OK, evidence, count)
