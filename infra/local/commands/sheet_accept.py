"""`toban sheet accept`: everything that was agreed is tried once, and the sheet to sign written."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from infra.local.commands.files import content, write
from infra.local.commands.function import ask
from infra.local.commands.refusal import RefusalError
from toban.domain.acceptance import Acceptance, AgentMatch, ServerAcceptance
from toban.domain.observation import Status
from toban.store.documents import from_document

_FAILED = "The acceptance run cannot be asked for at"


def accept(given: Namespace) -> int:
    """Print how each server did, and write the sheet to sign; 1 when something does not work."""
    event = {"sheet_base64": content(given.file), "file": str(given.file)}
    answer: Mapping[str, Any] = ask("run-acceptance", event, given.endpoint, _FAILED)
    if answer["mistakes"]:
        raise RefusalError("\n".join(answer["mistakes"]))
    found = from_document(answer["acceptance"], Acceptance)
    print("\n".join(line for server in found.servers for line in told(server)))
    path = given.out or given.file.with_suffix(".accepted.html")
    write(path, answer["sign_off"])
    print(f"To sign: {path}")
    return 0 if found.passed else 1


def told(server: ServerAcceptance) -> Iterator[str]:
    """Yield how one server did, what does not work with its reason."""
    yield f"{server.server_id}: {'everything works' if server.passed else 'to be mended'}"
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
