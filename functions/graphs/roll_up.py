"""Roll up the samples of all servers once a day: a shard of them in an invocation of its own
(N-9).
"""

from datetime import datetime
from typing import Any

from toban import clock
from toban.domain.check import Check, Kind
from toban.domain.shards import shard_groups
from toban.executions import invoke_later
from toban.settings import required
from toban.store import contracts, samples, shards


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"scheduled_at"} of the schedule, with "shard" when one shard was handed on.

    May come late, twice, or not at all for weeks: what is missing is made up for.
    """
    if "shard" in event:
        return _roll_up(event["shard"], clock.now())
    groups = shard_groups(contracts.policy().resource)
    names = [name for group in groups for name in shards.names(group)]
    for name in names:
        invoke_later(required("ROLL_UP_FUNCTION"), {**event, "shard": name})
    return {"handed_on": len(names)}


def _roll_up(shard: str, now: datetime) -> dict[str, Any]:
    servers = sorted({check.server_id for check in shards.checks(shard) if _is_sampled(check)})
    return {"servers": len(servers), "days": sum(samples.roll_up(each, now) for each in servers)}


def _is_sampled(check: Check) -> bool:
    return check.kind is Kind.RESOURCE and check.agent is not None
