"""What our own code remarked on a step of a runbook or on a finding, said again in the reader's
language.

The record keeps a remark as one line of a fixed form, with its figures and names filled in; the
forms are the section `remark` of words/en.yaml, and every language has the same ones. A line of no
known form is the server's own and stays as it is. A part of a remark may be a remark itself.
"""

import re
import string
from collections.abc import Iterable
from functools import cache

from toban.domain.repair import HoldReason
from toban.domain.runbook import EntryFailure
from toban.text.words import SECTIONS, Words, words

SECTION = "remark"
_CODES = (SECTIONS[EntryFailure], SECTIONS[HoldReason])
_FIGURES = frozenset(
    {"count", "of", "seconds", "port", "status", "bytes", "percent", "megabytes", "pid"}
)


def remarked(line: str, said: Words) -> str:
    """Return the line in the language of `said`, if it is one of ours."""
    return _code(line, said) or _remark(line, said) or line


def is_remark(line: str) -> bool:
    """Tell whether a line is a remark of ours, and not the server's own."""
    return any(form.fullmatch(line) for _, form in _forms())


def _code(line: str, said: Words) -> str:
    """Say what stands before a remark as a code, such as "timeout: before a command"."""
    code, _, detail = line.partition(": ")
    section = next((each for each in _CODES if code != "none" and said.has(each, code)), "")
    if not section:
        return ""
    reason = said.say(section, code)
    return f"{reason}: {remarked(detail, said)}" if detail else reason


def _remark(line: str, said: Words) -> str:
    for key, form in _forms():
        if found := form.fullmatch(line):
            parts = {name: remarked(part, said) for name, part in found.groupdict().items()}
            return said.say(SECTION, key, **parts)
    return ""


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the forms; those that leave least open come first."""
    forms = words("en").sections[SECTION]
    closed = sorted(forms, key=lambda key: -sum(map(len, _literals(forms[key]))))
    return tuple((key, re.compile("".join(_pattern(forms[key])))) for key in closed)


def _literals(form: str) -> Iterable[str]:
    return (literal for literal, _, _, _ in string.Formatter().parse(form))


def _pattern(form: str) -> Iterable[str]:
    for literal, name, _, _ in string.Formatter().parse(form):
        yield re.escape(literal)
        if name:
            yield f"(?P<{name}>[0-9.,]+)" if name in _FIGURES else f"(?P<{name}>.+)"
