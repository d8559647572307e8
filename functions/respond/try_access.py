"""The acceptance run: the way into a server as it was agreed, and the customer's own commands."""

from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from respond.commands import run
from respond.credentials import credentials
from respond.login import public_line
from respond.trial import try_ways
from toban import authority, clock
from toban.domain.contract import Access, Server
from toban.secrets import secret
from toban.settings import listed, required
from toban.store import revisions
from toban.store.documents import to_document
from toban.text.trust import instructions

_KEY_ID = "acceptance"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"server_id"}; return {"trial", "observations", "login_line"}: what became of the login
    and the rights (Trial, None without a way in), an Observation of each own command, and the line
    that lets us in: of `authorized_keys`, or for certificates what to do on the server.

    Nothing is changed, nothing is stored and nobody is told.
    """
    server = revisions.agreed_server(event["server_id"])
    if server.access is None:
        return {"trial": None, "observations": [], "login_line": ""}
    trial = try_ways(server, credentials(_KEY_ID))
    own = [each for each in server.monitors if each.check.command]
    seen = run(server, own, credentials(_KEY_ID), clock.now) if own else []
    return {
        "trial": to_document(trial),
        "observations": to_document(seen),
        "login_line": _login_line(server, server.access),
    }


def _login_line(server: Server, access: Access) -> str:
    if not access.key:
        line = authority.trusted_line(required("SSH_AUTHORITY_KEY"))
        return "\n".join(instructions(line, server.customer_id, access.user))
    sources = ",".join(listed("EGRESS_ADDRESSES"))
    allowed = f'restrict,from="{sources}"' if sources else "restrict"
    with suppress(ClientError, BotoCoreError):
        if line := public_line(secret(access.key)):
            return f"{allowed} {line}"
    return ""
