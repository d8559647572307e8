"""Runs the commands of one server's monitors over one connection (clause M-3).

They run as the login user, a few at a time, and only read: the linter has seen them when the sheet
was read. What fails on our side, or before the command could say anything, is unknown.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from respond.login import ShellError
from respond.output import clip
from respond.shell import CommandResult, Shell, enter, wrap
from toban.domain.contract import Monitor, Server
from toban.domain.observation import EVIDENCE_LIMIT, Observation, Reason
from toban.domain.own_check import (
    RUN_SECONDS,
    TEXT_LIMIT,
    Answer,
    CommandQuestion,
    Comparison,
    Judgement,
    judge,
)
from toban.domain.runbook import EntryFailure, lacks_privilege

_LOGIN_SECONDS = 10.0
_CHANNELS = 4
"""Commands at a time: sshd allows ten (MaxSessions), and a busy server should not feel us."""
_GRACE_SECONDS = 2.0
_TIMED_OUT = frozenset({None, 124, 137})
"""124 and 137 are `timeout`'s own for a command that it had to end (coreutils)."""
_NOT_RUN = frozenset({126, 127})
"""The shell's: a command that cannot be executed, or is not there (POSIX sh, 2.8.2)."""


def run(
    server: Server,
    monitors: Sequence[Monitor],
    secret: Callable[[str], str],
    now: Callable[[], datetime],
) -> list[Observation]:
    """Run the monitors' commands within RUN_SECONDS of real time and return what each says."""
    deadline = time.monotonic() + RUN_SECONDS
    asked = [(monitor, monitor.check.command) for monitor in monitors]
    try:
        with enter(server, secret, _LOGIN_SECONDS) as shell:
            found = _each(shell.until(deadline), [question for _, question in asked if question])
    except ShellError as error:
        found = [
            _fault(f"the server was not entered: {error}") for _, question in asked if question
        ]
    of_commands = [monitor for monitor, question in asked if question]
    return [
        _observation(monitor, judgement, now())
        for monitor, judgement in zip(of_commands, found, strict=True)
    ]


def _each(shell: Shell, questions: Sequence[CommandQuestion]) -> list[Judgement]:
    with ThreadPoolExecutor(_CHANNELS) as pool:
        first = list(pool.map(lambda question: _try(shell, question), questions))
    # a server may allow fewer channels at a time than we open: what it refused is asked again
    return [
        found or _try(shell, question) or _fault("the server allows no further command")
        for question, found in zip(questions, first, strict=True)
    ]


def _try(shell: Shell, question: CommandQuestion) -> Judgement | None:
    """Return what the command says; None where the server had no channel for it."""
    seconds = question.timeout_seconds
    try:
        result = shell.run(
            wrap(question.command, {}, seconds, gentle=True), seconds + _GRACE_SECONDS, TEXT_LIMIT
        )
    except ShellError as error:
        if error.failure is EntryFailure.CHANNEL_REFUSED:
            return None
        return _fault(f"the command was not run to its end: {error}")
    return _judged(question, result)


def _judged(question: CommandQuestion, result: CommandResult) -> Judgement:
    status = result.exit_status
    if result.truncated:
        if question.rule.comparison is Comparison.EXITS_OTHERWISE:
            return _fault("it prints too much to be waited for")
        status = 0  # its beginning is enough to judge it by
    if status in _TIMED_OUT:
        return _fault(f"no end within {question.timeout_seconds} s; {result.output}")
    if status in _NOT_RUN or lacks_privilege(status, result.output):
        return _fault(f"it cannot be run: {result.output}")
    return judge(question.rule, Answer(result.output, status or 0))


def _fault(words: str) -> Judgement:
    return Judgement(Reason.NOT_MEASURED, words)


def _observation(monitor: Monitor, found: Judgement, at: datetime) -> Observation:
    evidence = clip(" ".join(found.words.split()), EVIDENCE_LIMIT)
    return Observation(monitor.monitor_id, found.reason, at, found.value, evidence)
