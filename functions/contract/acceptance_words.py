"""The words of an acceptance run for operators: what works, and what is to be mended."""

from collections.abc import Iterator

from toban.domain.acceptance import Acceptance, AgentMatch, ContactAcceptance, ServerAcceptance
from toban.domain.observation import Status


def told(found: Acceptance) -> Iterator[str]:
    """Yield how the run went: contacts, gaps in their hours, servers."""
    yield f"{found.customer_id}: {_result(found.passed)}"
    for number, tried in enumerate(found.contacts, 1):
        yield f"  contact {number}: {_contact(tried)}"
    yield from (f"  nobody may be telephoned: {gap}, the customer's time" for gap in found.gaps)
    for server in found.servers:
        yield from _server(server)


def _result(passed: bool) -> str:
    return "everything works" if passed else "to be mended"


def _contact(tried: ContactAcceptance) -> str:
    parts = {"test mail": tried.mail, "test call": tried.call}
    return ", ".join(f"{what} {word.replace('_', ' ')}" for what, word in parts.items() if word)


def _server(server: ServerAcceptance) -> Iterator[str]:
    """Yield how one server did, what does not work with its reason."""
    yield f"{server.server_id}: {_result(server.passed)}"
    if server.fault or not server.sees:
        yield f"  {server.fault or 'our own side could not see the outside: nothing is known'}"
    for each in server.trial.tried if server.trial else ():
        fault = ": ".join(part for part in (each.fault, each.detail.replace("\n", ", ")) if part)
        yield f"  {each.way}: {fault or 'works'}"
    match = server.match or AgentMatch()
    yield from (f"  snmpd.conf, seems to be missing: {line}" for line in match.missing)
    yield from (f"  snmpd.conf, is set otherwise: {line}" for line in match.otherwise)
    yield from (f"  snmpd.conf, cannot be told from outside: {line}" for line in match.untold)
    agent = [server.agent] if server.agent else []
    for seen in (*agent, *server.observations):
        name = seen.monitor_id.rpartition(".")[2]
        words = "works" if seen.status is Status.UP else f"{seen.reason} {seen.evidence}".strip()
        yield f"  {name}: {words}"
