"""The menu of monitors that a customer chooses from (clause N-3), as typed data."""

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from toban.catalogue.consistency import note_contradictions
from toban.catalogue.dialogue import read_dialogue
from toban.catalogue.document import read_document
from toban.catalogue.format import (
    Format,
    decimal_number,
    half_width,
    line_of_text,
    matching,
    one_of,
    whole_number,
    yes_or_no,
)
from toban.catalogue.mistake import CatalogueError, Notes, Refusal, did_you_mean, quoted
from toban.catalogue.section import Section, section_of
from toban.domain.check import DialogueQuestion, Kind, Resource
from toban.domain.contract import Family
from toban.domain.dependency import covers, cycle
from toban.domain.scale import Scale

# fmt: off
UNITS = (
    "sshd", "web", "nginx", "php_fpm", "haproxy", "mysqld", "postgresql", "redis", "memcached",
    "tomcat", "mta", "dovecot", "named", "ftpd", "cron", "rsyslog", "time", "snmpd", "agent",
    "custom",
)
# fmt: on
"""The services that a runbook can work on: the keys of catalogue section 4.1."""

# fmt: off
RUNBOOKS = (
    "rb_unit", "rb_ssh", "rb_host", "rb_db", "rb_redis", "rb_url", "rb_disk", "rb_cert",
    "rb_notify",
)
# fmt: on
"""The procedures of an item: the keys of runbooks.yaml."""

PROCESS_NAME_LIMIT = 15
"""Characters of a process name that Linux keeps (proc(5), comm) and net-snmp therefore tells."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One item of the menu with its defaults; `runbook` "" means notify only.

    `port` 0, `process` "", `threshold` 0.0 and `days` 0 mean that there is no default, or that the
    kind has none; `highest_status` 0 that any HTTP status proves the server. `withholds` are
    patterns of the items whose mails are withheld while this one is alerted. `extend` is what the
    agent runs in a shell, and `scale` what the figure that it prints counts. From `grave_from` on a
    state is critical.
    """

    item: str
    name_ja: str
    name_en: str
    family: Family
    kind: Kind
    priority: int
    runbook: str = ""
    unit: str = ""
    port: int = 0
    ports: tuple[int, ...] = ()
    tls: bool = False
    highest_status: int = 0
    greeting: str = ""
    dialogue: DialogueQuestion | None = None
    days: int = 0
    process: str = ""
    arguments: str = ""
    minimum: int = 1
    resource: Resource | None = None
    threshold: float = 0.0
    floor: float = 0.0
    grave_from: float | None = None
    extend: str = ""
    scale: Scale | None = None
    phone: bool = False
    phone_from: float | None = None
    withholds: tuple[str, ...] = ()

    @property
    def extend_name(self) -> str:
        """Return the name of the agent's line that runs the command, "" without one."""
        return f"toban-{self.item}" if self.extend else ""


Menu = MappingType[str, MenuItem]

_NAME = line_of_text(60, "HTTP")
_FAMILY = one_of((str(family) for family in Family), "port")
_KIND = one_of((str(kind) for kind in Kind), "tcp")
PRIORITY = whole_number("a priority", 1, 999, 70)
PORT = whole_number("a port", 1, 65_535, 80)
_RUNBOOK = one_of(RUNBOOKS, "rb_unit")
UNIT = one_of(UNITS, "web")
_GREETING = line_of_text(40, "SSH-")
PROCESSES = whole_number("a number of processes", 1, 10_000, 1)
_RESOURCE = one_of((str(resource) for resource in Resource), "cpu")
_THRESHOLD = decimal_number("a threshold", 0.1, 100_000, 90)
_EXTEND = matching(
    r"[ -&(-\[\]-~]{1,450}",
    "a command for the agent",
    "Write at most 450 ordinary letters, no single quote or backslash: snmpd cuts the rest.",
    "wc -l /proc/mdstat",
)
_SCALE = one_of((str(scale) for scale in Scale), "count")
_STATUS = whole_number("a status", 100, 599, 501)
DAYS = whole_number("a number of days", 1, 365, 30)
_FLOOR = decimal_number("a floor", 0, 1_000, 4)
_PATTERN = matching(
    r"[a-z0-9_]{1,20}\*?", "an item or a pattern", 'Write it like "proc_*", or "all".', "proc_*"
)
_VALUE = decimal_number("a value", 0, 100_000, 95)
_PHONE_FROM: Format[float | None] = Format(_VALUE.parse, "95", None)
_YES_OR_NO = yes_or_no("yes")


def _process_names(text: str) -> str:
    names = half_width(text).split("|")
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9_.+:@/-][A-Za-z0-9_.+:@/ -]{0,63}", name):
            problem = f"{quoted(name)} is not a process name."
            mend = "Write the name of the program as ps shows it, without its arguments."
            raise Refusal(problem, mend)
    return "|".join(names)


def _regular_expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise Refusal(f"{quoted(text)} is not a regular expression: {error}.", "Mend it.") from None
    return text


PROCESS = Format(_process_names, "httpd|apache2", "")
"""One program name, or several separated by |, of which any counts."""

_ARGUMENTS = Format(_regular_expression, '"nginx: master"', "")


@cache
def menu() -> Menu:
    """Return the menu that ships with toban; raises CatalogueError when it is not sound."""
    name = "monitors.yaml"
    return read_menu((files("toban.catalogue") / name).read_bytes(), name)


def read_menu(data: bytes, file: str) -> Menu:
    """Return the items of a menu file, by name; raises CatalogueError with all of its mistakes."""
    notes = Notes(file)
    root = read_document(data, notes)
    items: dict[str, MenuItem] = {}
    if root is not None and (whole := section_of(root, notes, "the menu")):
        items = {item.item: item for item in _items(whole)}
        _note_dependencies(items, whole)
    notes.raise_as(CatalogueError)
    return items


def _items(whole: Section) -> list[MenuItem]:
    parts = ((key, whole.section(key)) for key in whole.keys)
    return [_item(key, part) for key, part in parts if part]


def _item(item: str, part: Section) -> MenuItem:
    if not re.fullmatch(r"[a-z0-9_]{1,20}", item):
        mend = "Use at most 20 small letters, digits and underlines."
        part.notes.add(part.place, f"{quoted(item)} cannot name an item.", mend)
    resource, scale = part.optional("resource", _RESOURCE, ""), part.optional("scale", _SCALE, "")
    read = MenuItem(
        item=item,
        name_ja=part.required("ja", _NAME),
        name_en=part.required("en", _NAME),
        family=Family(part.required("family", _FAMILY)),
        kind=Kind(part.required("kind", _KIND)),
        priority=part.required("priority", PRIORITY),
        runbook=part.optional("runbook", _RUNBOOK, ""),
        unit=part.optional("unit", UNIT, ""),
        port=part.optional("port", PORT, 0),
        ports=tuple(port for port, _ in part.listed("ports", PORT, required=False)),
        tls=part.optional("tls", _YES_OR_NO, default=False),
        highest_status=part.optional("highest_status", _STATUS, 0),
        greeting=part.optional("greeting", _GREETING, ""),
        dialogue=read_dialogue(part),
        days=part.optional("days", DAYS, 0),
        process=part.optional("process", PROCESS, ""),
        arguments=part.optional("arguments", _ARGUMENTS, ""),
        minimum=part.optional("minimum", PROCESSES, 1),
        resource=Resource(resource) if resource else None,
        threshold=part.optional("threshold", _THRESHOLD, 0.0),
        floor=part.optional("floor", _FLOOR, 0.0),
        grave_from=part.optional("grave_from", _PHONE_FROM, None),
        extend=part.optional("extend", _EXTEND, ""),
        scale=Scale(scale) if scale else None,
        phone=part.optional("phone", _YES_OR_NO, default=False),
        phone_from=part.optional("phone_from", _PHONE_FROM, None),
        withholds=tuple(x for x, _ in part.listed("withholds", _PATTERN, required=False) if x),
    )
    part.close()
    note_contradictions(read, part)
    return read


def _note_dependencies(items: Menu, whole: Section) -> None:
    for name, item in items.items():
        others = [other for other in items if other != name]
        for pattern in item.withholds:
            if not any(covers(pattern, other) for other in others):
                problem = f"{name} withholds {quoted(pattern)}, which matches no other item."
                whole.note(name, problem, did_you_mean(pattern, others))
    if circle := cycle({name: item.withholds for name, item in items.items()}):
        problem = f"These withhold each other, so nobody is told: {', '.join(circle[1:])}."
        whole.note(circle[0], problem, "Remove one of the two.")
