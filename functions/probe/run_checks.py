"""Run one phase of the schedule: every shard of it, each in an invocation of its own (N-4 step
1).
"""

from datetime import datetime
from typing import Any

from probe.round import run_round
from toban import clock
from toban.executions import invoke_later
from toban.observability import logger
from toban.settings import required
from toban.store import contracts, shards
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"shard_group", "scheduled_at"} of a schedule, with "shard" when one shard was handed
    on.

    A probe older than the policy allows is dropped: a late probe is worse than none.
    """
    scheduled_at = from_document(event["scheduled_at"], datetime)
    age = (clock.now() - scheduled_at).total_seconds()
    if age > contracts.policy().late_probe_seconds:
        logger.warning("late round dropped", extra={"round": event, "age_seconds": age})
        return {"dropped": True, "age_seconds": age}
    names = [event["shard"]] if "shard" in event else shards.names(event["shard_group"])
    if len(names) == 1:
        return run_round(names[0], scheduled_at)
    for name in names:
        invoke_later(required("RUN_CHECKS_FUNCTION"), {**event, "shard": name})
    return {"handed_on": len(names)}
