"""Compares an agent with the snmpd.conf that would be made for its server (clause N-11)."""

import asyncio
import re
from collections.abc import Mapping

from probe.probers.facts import text_of
from probe.probers.process import PR_NAMES
from probe.probers.result import ProbeError
from probe.probers.snmp import AgentSession, open_session, within
from toban.catalogue import agent_lines
from toban.catalogue.menu import MenuItem
from toban.domain.acceptance import AgentMatch
from toban.domain.check import Agent
from toban.domain.contract import Server

USER = "toban"
"""Whose view it is; the generated configuration knows no other."""
_SECONDS = 20.0
_PATHS = "1.3.6.1.4.1.2021.9.1.2"
_LOAD_LIMIT = "1.3.6.1.4.1.2021.10.1.4.1"
_COMMAND, _ARGUMENTS = "1.3.6.1.4.1.8072.1.3.2.2.1.2", "1.3.6.1.4.1.8072.1.3.2.2.1.3"
"""dskPath, laConfig, nsExtendCommand and nsExtendArgs of net-snmp."""
_ALWAYS_THERE = dict(
    zip(
        agent_lines.SUBTREES,
        ("1.3.6.1.2.1.1.3.0", "1.3.6.1.4.1.2021.4.5.0", "1.3.6.1.4.1.8072.1.3.2.1.0"),
        strict=True,
    )
)
"""An object of each subtree that every net-snmp has: sysUpTime, memTotalReal,
nsExtendNumEntries.
"""
_QUOTING = re.compile(r"[\s'\"\\]+")


def match(server: Server, agent: Agent, secret: str) -> AgentMatch | None:
    """Ask for every line that the monitors read; None when the agent does not answer."""
    return asyncio.run(_match(server, agent, secret))


async def _match(server: Server, agent: Agent, secret: str) -> AgentMatch | None:
    try:
        return await within(_SECONDS, agent, _asked(server, agent, secret))
    except (ProbeError, OSError):
        return None


async def _asked(server: Server, agent: Agent, secret: str) -> AgentMatch:
    with await open_session(agent, secret, _SECONDS) as session:
        closed = await _closed(session)
        otherwise, untold = [], [*await _unseen_objects(session, server)]
        missing = [agent_lines.view_line(USER, subtree) for subtree in closed]
        for subtree, lines in (await _shown(session, server)).items():
            # behind a closed subtree a line may be there or not
            (untold if subtree in closed else missing).extend(
                line for line, shown in lines.items() if shown is None
            )
            otherwise += [line for line, shown in lines.items() if shown is False]
    return AgentMatch(tuple(missing), tuple(otherwise), tuple(untold))


async def _closed(session: AgentSession) -> list[str]:
    found = await session.get([*_ALWAYS_THERE.values()])
    return [subtree for subtree, oid in _ALWAYS_THERE.items() if oid not in found]


async def _unseen_objects(session: AgentSession, server: Server) -> list[str]:
    """An object that is not shown may be outside of the view, or not there at all."""
    oids = agent_lines.own_objects(server.monitors)
    found = await session.get([oid.removeprefix(".") for oid in oids])
    unseen = [oid for oid in oids if oid.removeprefix(".") not in found]
    return [agent_lines.view_line(USER, oid) for oid in unseen]


async def _shown(session: AgentSession, server: Server) -> Mapping[str, Mapping[str, bool | None]]:
    """Return, by subtree, each line with True where it is shown, False otherwise, None for not."""
    monitors = server.monitors
    _, ucd, extend = agent_lines.SUBTREES
    tables = {PR_NAMES: agent_lines.proc_lines(monitors), _PATHS: agent_lines.disk_lines(monitors)}
    ours: dict[str, bool | None] = {}
    for column, lines in tables.items():
        cells = (await session.column(column)).values() if lines else ()
        listed = {text_of(cell) for cell in cells}
        ours |= {line: line.split()[1] in listed or None for line in lines}
    for line in agent_lines.load_lines(monitors):
        ours[line] = await _limit(session)
    items = agent_lines.extended(monitors)
    commands = {agent_lines.extend_line(each): await _command(session, each) for each in items}
    return {ucd: ours, extend: commands}


async def _limit(session: AgentSession) -> bool | None:
    """The agent measures the load without a line as well, with a limit of its own."""
    found = await session.get([_LOAD_LIMIT])
    return text_of(found[_LOAD_LIMIT]) == "0.00" if found else None


async def _command(session: AgentSession, item: MenuItem) -> bool | None:
    """Each is asked alone: commands are long, and a datagram is not."""
    octets = item.extend_name.encode()
    index = ".".join(map(str, (len(octets), *octets)))
    found: dict[str, object] = {}
    for column in (_COMMAND, _ARGUMENTS):
        found |= await session.get([f"{column}.{index}"])
    if not found:
        return None
    shown = " ".join(text_of(found.get(f"{column}.{index}")) for column in (_COMMAND, _ARGUMENTS))
    expected = agent_lines.extend_line(item).split(maxsplit=2)[2]
    return _bare(shown) == _bare(expected)


def _bare(command: str) -> str:
    """Agents show the arguments with their own quoting."""
    return _QUOTING.sub("", command)
