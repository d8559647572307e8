"""Let the canary be watched as the settings of today want it, before it fails by plan."""

from typing import Any

from contract.compilation import compile_shards
from toban.domain.canary import terms
from toban.store import canaries


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"url", "mail", "phone"} of the schedule (toban.domain.canary.terms); return {"watched":
    the canary's servers}. The shards are compiled whether anything changed or not, so that one
    compilation a day starts from nothing but what is stored.
    """
    arranged = terms(str(event["url"]), str(event["mail"]), str(event["phone"]))
    canaries.keep(arranged)
    compile_shards()
    return {"watched": [server.server_id for server in arranged.servers]}
