"""Which monitors a server's own tables suggest; what needs a person's word is left as a comment."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from infra.local.agent.survey import Row, Survey
from probe.probers.facts import AgentFacts
from probe.probers.process import RUN_NAME, RUN_PARAMETERS, RUN_PATH, measure_process
from toban.catalogue.menu import MenuItem, menu
from toban.domain.check import AT_PORT, Kind, ProcessQuestion, Resource
from toban.domain.contract import Family
from toban.domain.observation import Reason

ALWAYS = (
    "ping",
    "agent",
    "cpu",
    "load",
    "mem",
    "proc_total",
    "zombie",
    "fd",
    "time_offset",
    "reboot",
)
_NOT_FOR_DATA = re.compile(
    r"/(?:dev|sys|proc|run|snap)(?:/|$)|/boot/efi$|.*/(?:overlay2|containers)/"
)
_NOT_CABLES = re.compile(r"(?:lo|veth|docker|br-|virbr|ifb|tun|tap|dummy|cali|flannel|cni|wg|sit)")
_MOUNT = re.compile(r"/[^\s'\"#]{0,199}")
_INTERFACE = re.compile(r"[A-Za-z0-9_.:@-]{1,32}")
_LOOPBACK = (
    "127.",
    "::1",
    "0000:0000:0000:0000:0000:0000:0000:0001",
    "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01",
)
_READ_WRITE = 1
_SMTP, _HIGHEST = 25, 32_767
"""Ports from here on are those that programs take for themselves (ip_local_port_range)."""
_MAIL = frozenset({"proc_postfix"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One monitor with its keys and why it is suggested: a key of the words, and its parts.

    One that is not `ready` needs something that no table tells, and is written as a comment.
    """

    item: str
    reason: str
    parts: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    ready: bool = True


def proposals(found: Survey) -> list[Suggestion]:
    """Return what is suggested, in the order in which it would be handled."""
    running = set(_running(found.processes))
    named = [
        *(Suggestion(item, "always") for item in ALWAYS),
        *_ports(found.listeners, _names(found.processes), running),
        *(Suggestion(item, "runs", {"name": menu()[item].process}) for item in sorted(running)),
        *([Suggestion("mail_queue", "queue")] if running & _MAIL else []),
        *([Suggestion("mysql_repl", "replica", ready=False)] if "proc_mysqld" in running else []),
        *_disks(found),
        *([Suggestion("swap", "swap", {"mib": str(found.swap // 1024)})] if found.swap else []),
        *_interfaces(found.interfaces),
    ]
    return sorted(named, key=lambda each: (menu()[each.item].priority, each.item))


def _running(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the items of the menu whose processes the prober itself would find."""
    columns = {
        RUN_NAME: "hrSWRunName",
        RUN_PATH: "hrSWRunPath",
        RUN_PARAMETERS: "hrSWRunParameters",
    }
    facts = AgentFacts()
    for oid, name in columns.items():
        facts.columns[oid] = {row["index"]: row.get(name, "").encode() for row in rows}
    for item in menu().values():
        if item.family is Family.PROCESS and item.process and _runs(item, facts):
            yield item.item


def _runs(item: MenuItem, facts: AgentFacts) -> bool:
    measure = measure_process(ProcessQuestion(item.process, item.arguments), facts)
    try:
        while True:
            next(measure)
    except StopIteration as ended:
        return bool(ended.value.reason is Reason.OK)


def _names(rows: Sequence[Row]) -> dict[str, str]:
    return {row["index"]: row.get("hrSWRunName", "") for row in rows}


def _ports(
    rows: Sequence[Row], names: Mapping[str, str], running: set[str]
) -> Iterator[Suggestion]:
    """One for each port that is open to others; index: kind and octets of the address, port."""
    services = {
        item.port: item
        for item in menu().values()
        if item.family is Family.PORT and item.kind in AT_PORT and item.port
    }
    seen: dict[int, str] = {}
    for row in rows:
        address, _, port = row["index"].rpartition(".")
        if port.isdigit() and not _is_loopback(address):
            seen.setdefault(int(port), names.get(row.get("tcpListenerProcess", ""), ""))
    for number, program in sorted(seen.items()):
        if number in services:
            yield from _service(services[number], running)
        elif number <= _HIGHEST:
            parts = {"port": str(number), "name": program or "?"}
            keys = {"id": f"tcp-{number}", "port": str(number)}
            yield Suggestion("tcp", "unknown_port", parts, keys, ready=False)


def _is_loopback(address: str) -> bool:
    return address.partition(".")[2].strip('"').startswith(_LOOPBACK)


def _service(item: MenuItem, running: set[str]) -> Iterator[Suggestion]:
    parts, keys = {"port": str(item.port)}, dict[str, str]()
    if item.kind is Kind.DNS:
        yield Suggestion(item.item, "needs_name", parts, {"name": "example.jp"}, ready=False)
        return
    if item.port == _SMTP:
        yield Suggestion(item.item, "port_25", parts, {"port_25_allowed": "yes"}, ready=False)
        return
    if item.unit == "web" and "proc_nginx" in running:
        keys = {"unit": "nginx"}
    yield Suggestion(item.item, "listens", parts, keys)
    if item.tls and item.kind is Kind.HTTP:
        host = {"host": "www.example.jp"}
        yield Suggestion("cert_expiry", "needs_host", parts, host, ready=False)


def _disks(found: Survey) -> Iterator[Suggestion]:
    sizes = {row.get("hrStorageDescr"): row.get("hrStorageSize", "0") for row in found.storage}
    mounts = {row.get("hrFSMountPoint", ""): row.get("hrFSAccess") for row in found.mounts}
    for mount, access in sorted(mounts.items()):
        sized = sizes.get(mount, "0") not in ("0", "")
        data = _MOUNT.fullmatch(mount) and not _NOT_FOR_DATA.match(mount)
        if not data or not sized or access != str(_READ_WRITE):
            continue
        for item in (name for name, each in menu().items() if each.resource in _OF_MOUNTS):
            keys = {} if mount == "/" else {"id": _id(item, mount), "mount": mount}
            yield Suggestion(item, "mount", {"mount": mount}, keys)


def _interfaces(rows: Sequence[Row]) -> Iterator[Suggestion]:
    cables = [row for row in rows if _INTERFACE.fullmatch(row.get("ifName", ""))]
    cables = [row for row in cables if not _NOT_CABLES.match(row["ifName"])]
    for row in cables:
        name, speed = row["ifName"], row.get("ifHighSpeed", "0")
        keys = {"id": _id("traffic", name)} if len(cables) > 1 else {}
        keys |= {"interface": name, "capacity": f"{speed}M" if speed != "0" else "1G"}
        reason = "speed" if speed != "0" else "no_speed"
        parts = {"name": name, "speed": speed}
        yield Suggestion("traffic", reason, parts, keys, ready=speed != "0")


def _id(item: str, subject: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", f"{item}-{subject}".lower()).strip("-")
    return slug[:20].strip("-")


_OF_MOUNTS = frozenset({Resource.DISK, Resource.INODE, Resource.READ_ONLY})
