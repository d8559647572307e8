"""Remind the operators once a day of the monitors that are paused because nobody was reached
(P-6).
"""

from datetime import datetime
from itertools import chain
from typing import Any

from toban.domain.shards import shard_groups
from toban.domain.transition import Condition, MonitorState
from toban.executions import invoke_later
from toban.settings import required
from toban.store import contracts, shards, states
from toban.store.documents import from_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"scheduled_at"} of the daily schedule; nothing is sent while nothing is paused."""
    day = from_document(event["scheduled_at"], datetime).date()
    paused = sorted(_paused(), key=lambda state: state.since)
    if paused:
        lines = [f"{each.monitor_id} {each.since:%Y-%m-%dT%H:%MZ}" for each in paused]
        news = {"paused": {"day": day, "lines": lines}}
        invoke_later(required("TELL_OPERATOR_FUNCTION"), news)
    return {"paused": len(paused)}


def _paused() -> list[MonitorState]:
    policy = contracts.policy()
    groups = chain(shard_groups(policy.port_process), shard_groups(policy.resource))
    names = chain.from_iterable(shards.names(group) for group in groups)
    found = chain.from_iterable(states.unwell(name).values() for name in names)
    return [state for state in found if state.condition is Condition.PAUSED]
