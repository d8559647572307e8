"""Put in force what was agreed for today: starts, changes and ends take effect by themselves (C-4,
C-6, C-7).
"""

from typing import Any
from zoneinfo import ZoneInfo

from contract.contact import JAPAN
from contract.enforcement import enforce_due
from toban import clock
from toban.observability import logger


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {} of the hourly schedule; return {"in_force": customers and days}. Late, or called
    twice, it does the same.
    """
    done = enforce_due(clock.now().astimezone(ZoneInfo(JAPAN)).date())
    for revision in done:
        extra = {"customer": revision.customer_id, "effective_on": str(revision.effective_on)}
        logger.info("in force", extra=extra)
    return {"in_force": [f"{each.customer_id} {each.effective_on}" for each in done]}
