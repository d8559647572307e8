"""Monitors that a customer specifies (clause M-3): what is asked, and which answers are alerts."""

import re
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from toban.domain.observation import Reason

TEXT_LIMIT = 4_096
"""Characters of an answer that a rule looks at."""
RUN_SECONDS = 30
"""Within which all commands of one server are run, login included: who rechecks waits for them."""
_SHOWN = 200
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")


class Comparison(StrEnum):
    """How an answer is held against the rule's operand."""

    ABOVE = "above"
    BELOW = "below"
    EQUALS = "equals"
    DIFFERS = "differs"
    MATCHES = "matches"
    LACKS = "lacks"
    CHANGES = "changes"
    EXITS_OTHERWISE = "exits_otherwise"


NUMERIC = frozenset({Comparison.ABOVE, Comparison.BELOW})
"""Comparisons whose operand is a number."""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Which answer is an alert: the one that compares so with `operand`.

    EQUALS and DIFFERS compare numbers as numbers, all else as text without blanks around it.
    MATCHES and LACKS look for a line that the operand, with the wildcards * and ?, describes.
    CHANGES is an alert at the check that finds another value than the one before, and over at the
    next. EXITS_OTHERWISE alerts at any exit status but the operand. `unit` stands behind the figure
    in mails. With `confirm` it is asked and confirmed as a port (N-4), else as a resource (N-5).
    """

    comparison: Comparison
    operand: str = ""
    unit: str = ""
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class OidQuestion:
    """One object of the agent: its numbers, and its name as the sheet has it."""

    oid: str
    name: str
    rule: AlertRule


@dataclass(frozen=True, slots=True)
class CommandQuestion:
    """One reading command that the login user runs on the server, for at most so many seconds."""

    command: str
    rule: AlertRule
    timeout_seconds: int = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What was told: text, for a command its exit status, and what the check before was told."""

    text: str
    exit_status: int = 0
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer means; `reason` is NOT_MEASURED for one that the rule cannot be held to."""

    reason: Reason
    words: str
    value: float | None = None


def judge(rule: AlertRule, answer: Answer) -> Judgement:
    """Hold the answer against the rule."""
    value = _number(answer.text)
    told = _first_line(answer.text)
    words = f"{told or 'nothing told'}; alert when {rule_in_words(rule)}"
    if rule.comparison in NUMERIC:
        return _of_number(rule, value, words)
    if rule.comparison is Comparison.CHANGES:
        return _of_change(answer, told)
    if rule.comparison is Comparison.EXITS_OTHERWISE:
        words = f"exit status {answer.exit_status}; {told}".removesuffix("; ")
        met = answer.exit_status != int(rule.operand)
        return Judgement(Reason.BAD_STATE if met else Reason.OK, words)
    met = _met(rule, answer.text)
    return Judgement(Reason.BAD_STATE if met else Reason.OK, words, value)


def _of_number(rule: AlertRule, value: float | None, words: str) -> Judgement:
    if value is None:
        return Judgement(Reason.NOT_MEASURED, f"no number at the beginning: {words}")
    limit = float(rule.operand)
    if rule.comparison is Comparison.ABOVE:
        return Judgement(Reason.OVER_THRESHOLD if value > limit else Reason.OK, words, value)
    return Judgement(Reason.BAD_STATE if value < limit else Reason.OK, words, value)


def _of_change(answer: Answer, told: str) -> Judgement:
    if answer.before is None:
        return Judgement(Reason.NOT_MEASURED, f"{told}; the first value: a change needs two")
    now = kept(answer.text)
    if now == answer.before:
        return Judgement(Reason.OK, f"{told}; unchanged")
    return Judgement(Reason.BAD_STATE, f"{told}; it was {answer.before[:_SHOWN]}")


def kept(text: str) -> str:
    """Return what is kept of a value to tell a change by."""
    return text.strip()[:_SHOWN]


def _met(rule: AlertRule, text: str) -> bool:
    if rule.comparison in {Comparison.EQUALS, Comparison.DIFFERS}:
        return _equal(text, rule.operand) == (rule.comparison is Comparison.EQUALS)
    lines = text[:TEXT_LIMIT].splitlines() or [""]
    found = any(fnmatchcase(line.strip(), rule.operand) for line in lines)
    return found == (rule.comparison is Comparison.MATCHES)


def _equal(text: str, operand: str) -> bool:
    words = text.strip()
    if _NUMBER.fullmatch(words) and _NUMBER.fullmatch(operand):
        return float(words) == float(operand)
    return words == operand


def _number(text: str) -> float | None:
    """Return the number that the first line begins with."""
    words = _first_line(text).split()
    found = _NUMBER.fullmatch(words[0].rstrip(",;%")) if words else None
    return float(found[0]) if found else None


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0].strip()[:_SHOWN] if lines else ""


def rule_in_words(rule: AlertRule) -> str:
    """Return the rule as the hearing sheet writes it."""
    match rule.comparison:
        case Comparison.CHANGES:
            return "changes"
        case Comparison.DIFFERS:
            return f"not equals {rule.operand}"
        case Comparison.LACKS:
            return f"not matches {rule.operand}"
        case Comparison.EXITS_OTHERWISE:
            return f"exit status not {rule.operand}"
    return f"{rule.comparison} {rule.operand}"
