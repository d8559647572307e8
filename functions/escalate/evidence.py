"""What was seen on the server, cut to what a mail can carry: the most telling first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from toban.domain.check import Resource
from toban.domain.repair import SKIPPED, Diagnostics, Finding
from toban.domain.runbook import EntryFailure
from toban.text.moments import rough_moment
from toban.text.plain import lines, one_line
from toban.text.remarks import is_remark, remarked
from toban.text.words import SECTIONS, Words

MAIL_BUDGET = 20_000
"""Bytes of findings in one mail, counted as HTML: Gmail hides what is beyond about 100 kB."""
FINDING_BUDGET = 4_000
COMMAND_LIMIT = 90

SERVICE_FIRST = [
    *("status", "conf", "log", "local", "procs", "failed", "oom", "disk", "mem", "uptime", "when"),
    *("kernel", "syslog", "logins", "listen", "cpu_top", "mem_top", "vmstat", "socks"),
]
RESOURCE_FIRST = {
    Resource.CPU: ["cpu_top", "top", "stat", "dstate", "uptime", "vmstat"],
    Resource.LOAD: ["cpu_top", "dstate", "uptime", "vmstat", "stat"],
    Resource.MEMORY: ["mem_top", "mem", "meminfo", "swapin", "oom"],
    Resource.DISK: ["disk", "du", "big", "deleted", "inodes"],
    Resource.TRAFFIC: ["nic", "talkers", "socks", "cpu_top"],
    Resource.INODE: ["disk", "inodes", "du"],
    Resource.SWAP: ["mem_top", "mem", "swapin", "oom"],
    Resource.PROCESSES: ["cpu_top", "top", "uptime", "dstate"],
    Resource.DISK_BUSY: ["dstate", "vmstat", "cpu_top", "stat"],
    Resource.READ_ONLY: ["oom", "kernel", "disk", "syslog"],
    Resource.CLOCK: ["status", "log", "when", "syslog"],
    Resource.REBOOT: ["uptime", "logins", "kernel", "syslog"],
    Resource.EXTEND: ["mem", "cpu_top", "kernel", "syslog"],
}
TOLD_BY_THE_END = frozenset({"log", "kernel", "syslog", "oom"})
"""Findings whose newest lines stand last: when cut, their end is kept."""
TOLD_BY_US = frozenset({"classification", "local"})
"""Findings in which our own code says what it concluded; the others are the server's words."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a mail shows of one finding."""

    title: str
    note: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The findings that fit; `message` says why there are none, `kept` how many more we hold."""

    sections: tuple[Excerpt, ...] = ()
    message: str = ""
    kept: str = ""


def evidence(
    diagnostics: Diagnostics | None,
    words: Words,
    resource: Resource | None = None,
    zone: str = "UTC",
) -> Evidence:
    """Choose the findings for a mail about a service or, when given, about a resource."""
    if diagnostics is None:
        return Evidence(message=words.say("diagnostics", "not_collected"))
    message = _why_incomplete(diagnostics, words)
    if message and diagnostics.failing_since:
        message += " " + _since(diagnostics.failing_since, words, zone)
    sections: list[Excerpt] = []
    left, kept = MAIL_BUDGET, 0
    for finding in _most_telling_first(diagnostics.findings, resource):
        section = _section(finding, words, FINDING_BUDGET)
        size = _size(section)
        if size > left:
            kept += 1
            continue
        left -= size
        sections.append(section)
    more = words.say("diagnostics", "kept", count=kept) if kept else ""
    if not sections and not message:
        message = words.say("diagnostics", "not_collected")
    return Evidence(tuple(sections), message, more)


def _why_incomplete(diagnostics: Diagnostics, words: Words) -> str:
    """Say why the server was not entered, or was lost: `failure` is "<EntryFailure>: <detail>"."""
    failure, _, detail = diagnostics.failure.partition(": ")
    if diagnostics.host_key_changed:
        reason = words.of(EntryFailure.HOST_KEY_CHANGED)
    elif words.has(SECTIONS[EntryFailure], failure):
        said = words.of(EntryFailure(failure))
        reason = f"{said}: {remarked(one_line(detail), words)}" if detail else said
    else:
        reason = one_line(diagnostics.failure)
    form = "partial" if diagnostics.findings else "login_failed"
    return words.say("diagnostics", form, reason=reason) if reason else ""


def _since(at: datetime, words: Words, zone: str) -> str:
    return words.say("diagnostics", "since", at=rough_moment(at, zone))


def _most_telling_first(findings: Sequence[Finding], resource: Resource | None) -> list[Finding]:
    order = ["classification", *(RESOURCE_FIRST[resource] if resource else ()), *SERVICE_FIRST]
    told = [
        finding for finding in findings if finding.output.strip() or finding.exit_status is None
    ]
    return sorted(told, key=lambda finding: _rank(order, finding))


def _rank(order: Sequence[str], finding: Finding) -> int:
    return order.index(finding.name) if finding.name in order else len(order)


def _section(finding: Finding, words: Words, budget: int) -> Excerpt:
    if finding.name == SKIPPED:
        return _skipped(finding, words)
    told = lines(finding.output)
    if finding.name in TOLD_BY_US:
        told = [remarked(line, words) for line in told]
    shown, cut = _fitting(told, budget, finding.name in TOLD_BY_THE_END)
    notes = []
    if finding.exit_status is None and finding.command:
        notes.append(words.say("diagnostics", "cut_off"))
    if cut or (finding.truncated and finding.command):
        notes.append(words.say("diagnostics", "shortened"))
    command = [_asked(finding.command, words)] if finding.command else []
    printed = shown or [words.say("diagnostics", "nothing_printed")]
    return Excerpt(_named(finding.name, words), " ".join(notes), (*command, *printed))


def _asked(command: str, words: Words) -> str:
    """Return the command as a person would type it, or what the catalogue says in its place."""
    line = one_line(command, COMMAND_LIMIT)
    return remarked(line, words) if is_remark(line) else f"$ {line}"


def _skipped(finding: Finding, words: Words) -> Excerpt:
    names = [_named(line, words) for line in lines(finding.output)]
    said = words.say("diagnostics", "skipped", names=words.say("general", "comma").join(names))
    return Excerpt(_named(SKIPPED, words), "", tuple(lines(said)))


def _named(name: str, words: Words) -> str:
    if words.has("finding", name):
        return words.say("finding", name)
    return one_line(name, COMMAND_LIMIT)


def _fitting(found: list[str], budget: int, keep_end: bool) -> tuple[list[str], bool]:
    """Return the lines that the budget holds, and whether any were dropped."""
    kept: list[str] = []
    for line in reversed(found) if keep_end else found:
        budget -= _bytes(line)
        if budget < 0:
            break
        kept.append(line)
    return (kept[::-1] if keep_end else kept), len(kept) < len(found)


def _size(section: Excerpt) -> int:
    return sum(_bytes(text) for text in (section.title, section.note, *section.lines))


def _bytes(line: str) -> int:
    return len(escape(line).encode("utf-8", "replace")) + 3
