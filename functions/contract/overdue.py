"""Finishes the sheets of acceptance runs whose test calls have not ended: their chain has died."""

from datetime import datetime

from toban.domain.call import Callees
from toban.executions import invoke_later
from toban.settings import required
from toban.store import acceptances, calls


def write_overdue(now: datetime) -> list[str]:
    """Have each sheet that still waits written without waiting longer; return the runs' names."""
    waiting = []
    for name, key in acceptances.overdue(now).items():
        if calls.ended(name, Callees.TEST) is None:
            invoke_later(required("RUN_ACCEPTANCE_FUNCTION"), {"key": key})
            waiting.append(name)
        acceptances.settle(name)
    return waiting
