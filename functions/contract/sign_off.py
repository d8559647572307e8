"""The sheet that provider and customer sign before the first day, in the customer's language."""

from collections.abc import Iterator, Sequence
from typing import Any

from toban.catalogue.runbooks import runbook
from toban.domain.acceptance import Acceptance, AgentMatch, ServerAcceptance
from toban.domain.access import Right, Tried, sudoers_line
from toban.domain.contract import Monitor, Server
from toban.domain.observation import Status
from toban.domain.plan import Capability, may
from toban.domain.policy import Policy, detection_seconds
from toban.domain.revision import Terms
from toban.domain.runbook import EntryFailure
from toban.settings import optional
from toban.text.measure import expected, item_name, observed
from toban.text.moments import moment
from toban.text.plain import one_line
from toban.text.remarks import remarked
from toban.text.renderer import render_page
from toban.text.words import SECTIONS, Words, words

View = dict[str, Any]


def sign_off(found: Acceptance, terms: Terms, policy: Policy, sources: Sequence[str]) -> str:
    """Return the sheet as HTML that prints on A4. `sources` are our outbound addresses (C-9)."""
    said = words(terms.customer.locale)
    servers = {server.server_id: server for server in terms.servers}
    view = {
        "locale": said.locale,
        "said": said.sections["sign_off"],
        "customer": one_line(terms.customer.name),
        "provider": optional("PROVIDER_NAME"),
        "at": moment(found.at, terms.customer.zone),
        "passed": found.passed,
        "sources": list(sources),
        "contacts": terms.customer.contacts,
        "servers": [_server(each, servers[each.server_id], policy, said) for each in found.servers],
    }
    return render_page("sign_off.html", view)


def _server(found: ServerAcceptance, server: Server, policy: Policy, said: Words) -> View:
    rights = found.trial.rights if found.trial else ()
    return {
        "host": server.host,
        "addresses": ", ".join(server.addresses),
        "plan": said.of(server.plan),
        "passed": found.passed,
        "fault": found.fault or ("" if found.sees else said.say("sign_off", "blind")),
        "ways": list(_ways(found, said)),
        "agent_lines": list(_agent_lines(found.match, said)) if found.match else [],
        "monitors": [_monitor(each, found, server, policy, said) for each in server.monitors],
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
        yield said.say("sign_off", "matches"), (), True
    for key, lines in {
        "match_missing": match.missing,
        "match_otherwise": match.otherwise,
        "match_untold": match.untold,
    }.items():
        if lines:
            yield said.say("sign_off", key), lines, key == "match_untold"


def _outcome(tried: Tried, said: Words) -> str:
    if not tried.fault:
        return said.say("sign_off", "works")
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
        "bound": said.say("sign_off", "bound", least=f"{least / 60:g}", most=f"{most / 60:g}"),
        "response": ", ".join(each for each in responses if each),
        "priority": monitor.priority,
    }


def _ports(server: Server) -> Iterator[str]:
    """Yield what is to be allowed from our addresses, beside the ports that are watched."""
    if access := server.access:
        yield f"TCP {access.port} (SSH) {access.address}"
    if agent := server.agent:
        yield f"UDP {agent.port} (SNMP {agent.version}) {agent.address}"


def _sudoers(server: Server, rights: Sequence[Right]) -> list[str]:
    """Return the lines for /etc/sudoers.d, none for root."""
    user = server.access.user if server.access else ""
    paths = dict.fromkeys(path for right in rights for path in right.paths)
    return [sudoers_line(user, path) for path in paths]
