"""snmpd.conf of one server, made from its monitors: exactly what the probers read, and no more
(clause N-11; snmpd.conf(5) of net-snmp).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from infra.local.agent.words import WORDS
from toban.catalogue.menu import PROCESS_NAME_LIMIT, menu
from toban.domain.check import Agent, Check, Resource
from toban.domain.contract import Server

USER = "toban"
"""The SNMPv3 user, and the view that it may read."""
ACCESS_FILE = "/etc/snmp/toban-access.conf"
AUTH_KEY, PRIV_KEY, COMMUNITY = "AUTH_KEY", "PRIV_KEY", "COMMUNITY"
"""What stands for a secret until a person puts it in on the server."""
_VIEW = (".1.3.6.1.2.1", ".1.3.6.1.4.1.2021", ".1.3.6.1.4.1.8072.1.3.2")
"""MIB-2 with HOST-RESOURCES-MIB and IF-MIB; UCD-SNMP-MIB; NET-SNMP-EXTEND-MIB."""
_COMMAND_SECONDS = 2
"""snmpd answers nothing while a command runs; the probers wait 4 seconds for it."""
Words = Mapping[str, tuple[str, ...]]
_ANY_NUMBER = "999999 0"
"""The most and the least that run without the agent's own complaint."""
_ON_DISK_LINES = frozenset({Resource.DISK, Resource.INODE})


def configuration(
    server: Server, locale: str, sources: Sequence[str] = (), access_file: str = ACCESS_FILE
) -> str:
    """Return the text of the file; the same server gives the same text.

    `sources` are the addresses that the monitoring asks from. With SNMP v2c nothing but they may
    ask, so one is needed; ValueError without an agent, or without a source that v2c needs.
    """
    agent = server.agent
    if agent is None:
        raise ValueError(f"{server.server_id} has no agent")
    words = WORDS.get(locale, WORDS["en"])
    lines = [
        *_remarks(words["title"], server=server.server_id),
        *_listening(agent, words),
        *_readable(server, words, sources),
        *_entered(agent, words, sources, access_file),
        *_measured([monitor.check for monitor in server.monitors], words),
        *_commands((monitor.item for monitor in server.monitors), words, locale),
    ]
    return "\n".join(lines) + "\n"


def access_lines(agent: Agent, sources: Sequence[str]) -> list[str]:
    """Return the lines with the secrets, in whose place AUTH_KEY, PRIV_KEY or COMMUNITY stand."""
    if agent.version == "3":
        return [f'createUser {USER} SHA-256 "{AUTH_KEY}" AES "{PRIV_KEY}"']
    if not sources:
        raise ValueError("SNMP v2c is open to whoever knows the community")
    return [
        f"rocommunity{'6' if ':' in source else ''} {COMMUNITY} {source} -V {USER}"
        for source in sources
    ]


def _listening(agent: Agent, words: Words) -> Iterator[str]:
    """The sheet's address may be the outside of a NAT, so the agent listens on every one."""
    transport = "udp6" if ":" in agent.address else "udp"
    yield from _part(words["listen"], [f"agentAddress {transport}:{agent.port}"])
    yield from _part(words["quiet"], ["dontLogTCPWrappersConnects yes"])


def _readable(server: Server, words: Words, sources: Sequence[str]) -> Iterator[str]:
    """The MIBs of the menu, and the objects that the customer has named beside them (M-3)."""
    yield from _part(words["who"], ())
    port = server.agent.port if server.agent else 0
    told = words["firewall" if sources else "no_sources"]
    yield from _remarks(told, port=port, sources=", ".join(sources))
    named = (f".{each.check.oid.oid}" for each in server.monitors if each.check.oid)
    covered = tuple(f"{subtree}." for subtree in _VIEW)
    own = [oid for oid in dict.fromkeys(named) if not oid.startswith(covered)]
    yield from (f"view {USER} included {subtree}" for subtree in (*_VIEW, *own))


def _entered(agent: Agent, words: Words, sources: Sequence[str], access_file: str) -> Iterator[str]:
    version_3 = agent.version == "3"
    if version_3:
        yield f"rouser {USER} priv -V {USER}"
    yield ""
    yield from _remarks(words["access"], path=access_file)
    yield from _remarks([f"    {line}" for line in access_lines(agent, sources)])
    keys = f"{AUTH_KEY}, {PRIV_KEY}" if version_3 else COMMUNITY
    yield from _remarks(words["value"], key=keys, secret=agent.secret)
    yield from _remarks(words["v3"] if version_3 else ())
    yield f"includeFile {access_file}"


def _measured(checks: Sequence[Check], words: Words) -> Iterator[str]:
    resources = [check.resource for check in checks if check.resource]
    disks = [each.subject for each in resources if each.resource in _ON_DISK_LINES]
    loads = [each for each in resources if each.resource is Resource.LOAD]
    for key, lines in {
        "proc": [f"proc {name}" for check in checks for name in _proc_lines(check)],
        "disk": [f"disk {mount}" for mount in disks],
        "load": ["load 0 0 0"] * len(loads),
    }.items():
        if lines:
            yield from _part(words[key], dict.fromkeys(lines))


def _proc_lines(check: Check) -> Sequence[str]:
    """Return the names that the prober looks for among the proc lines; it looks for all others, and
    for arguments, in the table of all processes. Of several names none has to run.
    """
    if check.process is None or check.process.arguments:
        return ()
    names = tuple(check.process.name.split("|"))
    plain = all(len(n) <= PROCESS_NAME_LIMIT and not set(n) & set(" :/") for n in names)
    if not plain:
        return ()
    return names if len(names) == 1 else [f"{name} {_ANY_NUMBER}" for name in names]


def _commands(items: Iterable[str], words: Words, locale: str) -> Iterator[str]:
    named = [menu()[item] for item in dict.fromkeys(items) if item in menu()]
    extended = [item for item in named if item.extend]
    if extended:
        yield from _part(words["extend"], ())
    for item in extended:
        yield from _remarks([item.name_ja if locale == "ja" else item.name_en])
        yield from _remarks(words.get(item.item, ()))
        shell = f"/usr/bin/timeout {_COMMAND_SECONDS} /bin/sh -c '{item.extend}'"
        yield f"extend {item.extend_name} {shell}"


def _part(remarks: Iterable[str], lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield from _remarks(remarks)
    yield from lines


def _remarks(lines: Iterable[str], **said: object) -> Iterator[str]:
    yield from (f"# {line.format(**said) if said else line}" for line in lines)
