"""What the sheet to sign tells of one server: how it was found, what may run there, and the lines
that have to stand on it (N-6, P-1, P-10, C-8, C-9).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from contract.own_sudo import own_sudo
from toban.catalogue.runbooks import runbook
from toban.domain.acceptance import AgentMatch, ServerAcceptance
from toban.domain.access import Right, Tried, sudoers_line
from toban.domain.contract import Monitor, Server
from toban.domain.observation import Status
from toban.domain.plan import Capability, may
from toban.domain.policy import Policy, detection_seconds
from toban.domain.runbook import EntryFailure
from toban.text.measure import expected, item_name, observed
from toban.text.plain import one_line
from toban.text.remarks import remarked
from toban.text.words import SECTIONS, Words

View = dict[str, Any]
_SECTION = "sign_off"


def server_view(found: ServerAcceptance, server: Server, policy: Policy, said: Words) -> View:
    """Return all that the sheet shows of the server."""
    rights = found.trial.rights if found.trial else ()
    return {
        "host": server.host,
        "addresses": ", ".join(server.addresses),
        "plan": said.of(server.plan),
        "passed": found.passed,
        "fault": found.fault or ("" if found.sees else said.say(_SECTION, "blind")),
        "ways": list(_ways(found, said)),
        "agent_lines": list(_agent_lines(found.match, said)) if found.match else [],
        "monitors": [_monitor(each, found, server, policy, said) for each in server.monitors],
        "runbooks": list(_runbooks(server, said)),
        "ports": list(_ports(server)),
        "login_line": found.login_line,
        "by_certificate": bool(server.access and not server.access.key),
        "host_keys": server.access.host_keys if server.access else (),
        "sudoers": _sudoers(server, rights),
    }


def _ways(found: ServerAcceptance, said: Words) -> Iterator[tuple[str, str, bool]]:
    """Yield way, how it went, and whether it works."""
    for each in found.trial.tried if found.trial else ():
        yield said.say("access", each.way), _outcome(each, said), not each.fault
    if agent := found.agent:
        works = agent.status is Status.UP
        yield said.say("access", "agent"), said.of(agent.reason), works


def _agent_lines(match: AgentMatch, said: Words) -> Iterator[tuple[str, Sequence[str], bool]]:
    """Yield a title, the lines of snmpd.conf below it, and whether that is in order."""
    if match == AgentMatch():
        yield said.say(_SECTION, "matches"), (), True
    for key, lines in {
        "match_missing": match.missing,
        "match_otherwise": match.otherwise,
        "match_untold": match.untold,
    }.items():
        if lines:
            yield said.say(_SECTION, key), lines, key == "match_untold"


def _outcome(tried: Tried, said: Words) -> str:
    if not tried.fault:
        return said.say(_SECTION, "works")
    entry = SECTIONS[EntryFailure]
    fault = said.say(entry if said.has(entry, tried.fault) else "access", tried.fault)
    return f"{fault} ({remarked(one_line(tried.detail), said)})" if tried.detail else fault


def _monitor(
    monitor: Monitor, found: ServerAcceptance, server: Server, policy: Policy, said: Words
) -> View:
    seen = next((s for s in found.observations if s.monitor_id == monitor.monitor_id), None)
    least, most = detection_seconds(monitor.profile(policy), policy.collect_cap_seconds)
    book = runbook(monitor.runbook) if may(server.plan, Capability.REPAIR) else None
    responses = [book.name(said.locale) if book else "", monitor.procedure]
    return {
        "name": item_name(monitor, said.locale),
        "expected": expected(said, monitor.check),
        "seen": observed(said, monitor.check, seen) if seen else said.unknown,
        "evidence": one_line(seen.evidence) if seen and seen.status is not Status.UP else "",
        "works": seen is not None and seen.status is Status.UP,
        "bound": said.say(_SECTION, "bound", least=f"{least / 60:g}", most=f"{most / 60:g}"),
        "response": ", ".join(each for each in responses if each),
        "priority": monitor.priority,
    }


def _runbooks(server: Server, said: Words) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each procedure that may change something, its steps where they are the customer's own,
    and the monitors that it is for. Plans without a first response have none (P-10).
    """
    if not may(server.plan, Capability.REPAIR):
        return
    items: dict[str, list[str]] = {}
    for monitor in server.monitors:
        book = runbook(monitor.runbook)
        if book and book.changes:
            name = book.name(said.locale)
            unit = monitor.service or monitor.unit
            titled = f"{name} ({unit})" if unit and book.works_on_unit else name
            items.setdefault(titled, []).append(item_name(monitor, said.locale))
    yield from ((name, [], found) for name, found in items.items())
    for procedure in server.procedures:
        theirs = [each for each in server.monitors if each.procedure == procedure.name]
        steps = [
            said.say(_SECTION, "step", kind=said.say(_SECTION, each.kind), command=each.command)
            for each in procedure.steps
        ]
        yield procedure.name, steps, [item_name(each, said.locale) for each in theirs]


def _ports(server: Server) -> Iterator[str]:
    """Yield what is to be allowed from our addresses, beside the ports that are watched."""
    if access := server.access:
        yield f"TCP {access.port} (SSH) {access.address}"
    if agent := server.agent:
        yield f"UDP {agent.port} (SNMP {agent.version}) {agent.address}"


def _sudoers(server: Server, rights: Sequence[Right]) -> list[str]:
    """Return the lines for /etc/sudoers.d, none for root."""
    user = server.access.user if server.access else ""
    paths = [path for right in rights for path in right.paths]
    return [sudoers_line(user, path) for path in dict.fromkeys([*paths, *own_sudo(server)])]
