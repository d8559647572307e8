"""snmpd.conf of one server, made from its monitors: exactly what the probers read, and no more
(clause N-11; snmpd.conf(5) of net-snmp).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from infra.local.agent.words import WORDS
from toban.catalogue import agent_lines
from toban.domain.check import Agent
from toban.domain.contract import Monitor, Server

USER = "toban"
"""The SNMPv3 user, and the view that it may read."""
ACCESS_FILE = "/etc/snmp/toban-access.conf"
AUTH_KEY, PRIV_KEY, COMMUNITY = "AUTH_KEY", "PRIV_KEY", "COMMUNITY"
"""What stands for a secret until a person puts it in on the server."""
Phrases = Mapping[str, tuple[str, ...]]


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
        *_measured(server.monitors, words),
        *_commands(server.monitors, words, locale),
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


def _listening(agent: Agent, words: Phrases) -> Iterator[str]:
    """The sheet's address may be the outside of a NAT, so the agent listens on every one."""
    transport = "udp6" if ":" in agent.address else "udp"
    yield from _part(words["listen"], [f"agentAddress {transport}:{agent.port}"])
    yield from _part(words["quiet"], ["dontLogTCPWrappersConnects yes"])


def _readable(server: Server, words: Phrases, sources: Sequence[str]) -> Iterator[str]:
    """The MIBs of the menu, and the objects that the customer has named beside them (M-3)."""
    yield from _part(words["who"], ())
    port = server.agent.port if server.agent else 0
    told = words["firewall" if sources else "no_sources"]
    yield from _remarks(told, port=port, sources=", ".join(sources))
    readable = (*agent_lines.SUBTREES, *agent_lines.own_objects(server.monitors))
    yield from (agent_lines.view_line(USER, subtree) for subtree in readable)


def _entered(
    agent: Agent, words: Phrases, sources: Sequence[str], access_file: str
) -> Iterator[str]:
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


def _measured(monitors: Sequence[Monitor], words: Phrases) -> Iterator[str]:
    for key, lines in {
        "proc": agent_lines.proc_lines(monitors),
        "disk": agent_lines.disk_lines(monitors),
        "load": agent_lines.load_lines(monitors),
    }.items():
        if lines:
            yield from _part(words[key], lines)


def _commands(monitors: Sequence[Monitor], words: Phrases, locale: str) -> Iterator[str]:
    extended = agent_lines.extended(monitors)
    if extended:
        yield from _part(words["extend"], ())
    for item in extended:
        yield from _remarks([item.name_ja if locale == "ja" else item.name_en])
        yield from _remarks(words.get(item.item, ()))
        yield agent_lines.extend_line(item)


def _part(remarks: Iterable[str], lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield from _remarks(remarks)
    yield from lines


def _remarks(lines: Iterable[str], **said: object) -> Iterator[str]:
    yield from (f"# {line.format(**said) if said else line}" for line in lines)
