"""Commands of the customer on the server (clause M-3), which the function with the keys runs: all
of one server in one invocation, a bounded number of servers at a time.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache

from probe.probers.result import ProbeResult, observation, result_of
from toban.domain.check import Check
from toban.domain.counters import Counters
from toban.domain.observation import Observation, Reason
from toban.domain.own_check import RUN_SECONDS
from toban.executions import ask_function
from toban.settings import required
from toban.store.documents import from_document

SERVERS_AT_ONCE = 40
"""Threads that only wait, twice as many as a shard has commands on average (domain/shards.py): none
may wait for another, or it would not be asked in time.
"""
_ANSWER_SECONDS = RUN_SECONDS + 5
_MISSING = ProbeResult(Reason.NOT_MEASURED, "not run: the contract has no such command any more")


async def probe_agent(
    checks: Sequence[Check],
    _secret: str,
    _previous: Counters | None,
    at: Callable[[], datetime],
) -> tuple[list[Observation], Counters | None]:
    """Have the commands of one server run; whatever fails on the way is our own fault."""
    loop = asyncio.get_running_loop()
    try:
        seen = await loop.run_in_executor(_crew(), _run, checks)
    except Exception as error:  # whatever goes wrong in a probe is an observation
        result = ProbeResult(Reason.PROBER_FAULT, f"not run: {result_of(error).evidence}")
        return [observation(check, at(), result) for check in checks], None
    by_id = {each.monitor_id: each for each in seen}
    return [
        by_id.get(check.monitor_id) or observation(check, at(), _MISSING) for check in checks
    ], None


@cache
def _crew() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(SERVERS_AT_ONCE, "commands")


def _run(checks: Sequence[Check]) -> list[Observation]:
    wanted = {
        "server_id": checks[0].server_id,
        "monitor_ids": [check.monitor_id for check in checks],
    }
    answer = ask_function(required("RUN_COMMANDS_FUNCTION"), wanted, _ANSWER_SECONDS)
    return from_document(answer["observations"], list[Observation])
