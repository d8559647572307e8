"""What a monitor of the sheet asks: the item's defaults with the customer's own parameters."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import unquote

from contract.address import ADDRESS, URL
from contract.own_question import command, oid
from contract.service import certificate, dialogue, dns, login, note_port_25
from contract.watched import Question, Watched, address_of
from toban.catalogue.format import (
    Format,
    decimal_number,
    half_width,
    line_of_text,
    matching,
    whole_number,
    yes_or_no,
)
from toban.catalogue.menu import PORT, PROCESS, PROCESSES, MenuItem
from toban.catalogue.mistake import Refusal, quoted
from toban.catalogue.section import Section, note_repeated
from toban.domain.check import (
    Agent,
    AliveQuestion,
    Check,
    HttpQuestion,
    Kind,
    ProcessQuestion,
    Resource,
    ResourceQuestion,
)
from toban.domain.contract import Family
from toban.domain.scale import Scale, scale_of

_NAME_SHOWN = 60
_ONE = "Remove one of the two."
MOST_PORTS = 8
"""Knocked at for one server's life: they share the 20 s of a check."""


def read_question(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    """Return the question that the item and the keys of `part` make."""
    if item.kind is Kind.CERTIFICATE:
        return certificate(item, part, watched, monitor_id)
    if item.family is Family.STATUS and item.kind is Kind.HTTP:
        return _url(item, part, watched, monitor_id)
    return _READERS[item.kind](item, part, watched, monitor_id)


def _tcp(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    address = address_of(part, watched.addresses)
    port = part.required("port", PORT)
    note_port_25(part, port)
    greeting = part.optional("greeting", _GREETING, "")
    check = Check(monitor_id, item.kind, address, port, expect_banner=greeting)
    return Question(check, str(port))


def _alive(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    """Where the sheet names no ports, `with_own_ports` fills them in."""
    address = address_of(part, watched.addresses)
    ports = part.listed("ports", _PORT, required=False)
    note_repeated([(str(port or ""), place) for port, place in ports], part.notes, "The port", _ONE)
    if len(ports) > MOST_PORTS:
        part.note("ports", "There are too many ports.", f"Keep at most {MOST_PORTS}.")
    question = AliveQuestion(tuple(port for port, _ in ports))
    return Question(Check(monitor_id, item.kind, address, alive=question))


def _http(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    address = address_of(part, watched.addresses)
    port = part.optional("port", PORT, item.port)
    question = HttpQuestion(
        tls=item.tls,
        host=part.optional("host", ADDRESS, ""),
        path=part.optional("path", _PATH, "/"),
        method="HEAD",
        any_status=True,
        # The port monitor proves the service; what visitors' browsers say is the URL's monitor.
        verify_certificate=False,
    )
    if item.highest_status:
        statuses = (100, item.highest_status)
        question = replace(question, method="GET", any_status=False)
        question = replace(question, lowest_status=statuses[0], highest_status=statuses[1])
    return Question(Check(monitor_id, item.kind, address, port, http=question))


def _url(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    url = part.required("url", URL)
    lowest, highest = part.optional("statuses", _STATUSES, (200, 399))
    wanted = forbidden = ""
    if item.item == "url_keyword":
        wanted = part.optional("must_contain", _KEYWORD, "")
        forbidden = part.optional("must_not_contain", _KEYWORD, "")
        _note_no_keyword(part)
    question = HttpQuestion(
        tls=url.tls,
        host=url.host,
        path=url.path,
        lowest_status=lowest,
        highest_status=highest,
        must_contain=wanted,
        must_not_contain=forbidden,
        redirects=part.optional("redirects", _REDIRECTS, 3),
        verify_certificate=part.optional("verify_certificate", _VERIFY, default=True),
    )
    address = address_of(part, watched.addresses)
    check = Check(monitor_id, item.kind, address, url.port, http=question)
    # Without the query, which may hold a token: the name goes into mails.
    page = unquote(url.path.partition("?")[0])
    shown = "".join(char if char.isprintable() else "?" for char in page)
    return Question(check, f"{url.host}{shown}"[:_NAME_SHOWN])


def _note_no_keyword(part: Section) -> None:
    if not (part.has("must_contain") or part.has("must_not_contain")):
        mend = 'Add "must_contain:" or "must_not_contain:" with the words.'
        part.notes.add(part.place, "url_keyword has no keyword to look for.", mend)


def _agent(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    del part
    return Question(_agent_check(item, watched, monitor_id))


def _agent_check(
    item: MenuItem,
    watched: Watched,
    monitor_id: str,
    process: ProcessQuestion | None = None,
    resource: ResourceQuestion | None = None,
) -> Check:
    agent = watched.agent or Agent("")  # its absence is noted once, for the whole server
    return Check(
        monitor_id,
        item.kind,
        agent.address,
        agent.port,
        agent=agent,
        process=process,
        resource=resource,
    )


def _process(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    name, arguments = item.process, item.arguments
    if not item.process:
        name = part.required("process", PROCESS)
        arguments = re.escape(part.optional("arguments", _ARGUMENTS, ""))
    minimum = part.optional("minimum", PROCESSES, item.minimum)
    maximum = part.optional("maximum", PROCESSES, 0) or None
    if maximum is not None and maximum < minimum:
        problem = f"At most {maximum} processes contradicts at least {minimum}."
        part.note("maximum", problem, 'Make "maximum" the larger number.')
    process = ProcessQuestion(name, arguments, minimum, maximum)
    check = _agent_check(item, watched, monitor_id, process=process)
    return Question(check, "" if item.process else name)


def _resource(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    resource = item.resource or Resource.CPU
    scale, threshold = scale_of(resource, item.scale), item.threshold
    if scale is not Scale.STATE:
        threshold = part.optional("threshold", _THRESHOLDS[scale], threshold)
    subject, capacity, floor = "", 0.0, item.floor
    if resource is Resource.DISK_BUSY:
        subject = part.required("device", _DEVICE)
    elif resource in _OF_MOUNTS:
        subject = part.optional("mount", _MOUNT, "/")
    elif resource is Resource.TRAFFIC:
        subject = part.required("interface", _INTERFACE)
        capacity = part.required("capacity", _CAPACITY)
    elif resource is Resource.LOAD:
        floor = part.optional("floor", _FLOOR, item.floor)
    told = (item.extend_name, item.scale, item.grave_from)
    asked = ResourceQuestion(resource, threshold, subject, floor, capacity, *told)
    return Question(_agent_check(item, watched, monitor_id, resource=asked), subject)


_Reader = Callable[[MenuItem, Section, Watched, str], Question]
_READERS: Mapping[Kind, _Reader] = {
    Kind.TCP: _tcp,
    Kind.ALIVE: _alive,
    Kind.HTTP: _http,
    Kind.AGENT: _agent,
    Kind.PROCESS: _process,
    Kind.RESOURCE: _resource,
    Kind.STATE: _resource,
    Kind.DIALOGUE: dialogue,
    Kind.MYSQL: login,
    Kind.POSTGRESQL: login,
    Kind.DNS: dns,
    Kind.OID: oid,
    Kind.COMMAND: command,
}


def _status_range(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-5][0-9]{2})(?:\s*[-~]\s*([1-5][0-9]{2}))?", half_width(text))
    lowest, highest = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if lowest > highest:
        raise Refusal(f"{quoted(text)} is not a range of statuses.", 'Write it like "200-399".')
    return lowest, highest


def _bits_per_second(text: str) -> float:
    typed = half_width(text).lower().replace(",", "")
    if typed == "link":
        return 0.0
    found = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,3})?)\s*([kmg]?)(?:bps|bit/s)?", typed)
    speed = float(found[1]) * _POWERS[found[2]] if found else 0.0
    if speed < _SLOWEST:
        told = f"would be {speed:g} bits per second" if speed else "is not a speed"
        mend = 'Write it like "100M" (bits per second), or "link" for what the interface tells.'
        raise Refusal(f"{quoted(text)} {told}.", mend)
    return speed


_SLOWEST = 56_000
_POWERS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}
_PORT = replace(PORT, stand_in=0)
_GREETING = line_of_text(40, "220")
_KEYWORD = line_of_text(200, "Welcome")
_ARGUMENTS = line_of_text(120, "worker.py")
_STATUSES = Format(_status_range, "200-399", (200, 399))
_REDIRECTS = whole_number("a number of redirects", 0, 3, 3)
_VERIFY = yes_or_no("yes")
_THRESHOLDS = {
    Scale.PERCENT: decimal_number("a threshold in percent", 1, 100, 90),
    Scale.PER_CORE: decimal_number("a load for each core", 0.1, 100, 3),
    Scale.COUNT: decimal_number("a number", 1, 100_000, 1_000),
    Scale.SECONDS: decimal_number("a number of seconds", 1, 86_400, 60),
}
_OF_MOUNTS = frozenset({Resource.DISK, Resource.INODE, Resource.READ_ONLY})
_FLOOR = decimal_number("a load", 0, 1_000, 4)
_CAPACITY = Format(_bits_per_second, "100M", 0.0)
_PATH = matching(r"/[^\s#]{0,499}", "a path", 'Begin it with "/", for example "/login".', "/login")
_MOUNT = matching(
    r"/[^\s]{0,199}", "a mount point", 'Write it as df shows it, for example "/var".', "/var"
)
_INTERFACE = matching(
    r"[A-Za-z0-9_.:@-]{1,32}", "an interface", 'Write it as "ip link" shows it: "eth0".', "eth0"
)
_DEVICE = matching(
    r"[A-Za-z0-9_.:@-]{1,32}", "a device", 'Write it as "lsblk" shows it: "sda".', "sda"
)
