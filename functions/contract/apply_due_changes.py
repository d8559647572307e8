"""Put in force what was agreed for today: starts, changes and ends take effect by themselves (C-4,
C-6, C-7), what was kept of an ended contract is deleted when its term is over, and sheets of
acceptance runs that wait in vain are finished.
"""

from datetime import timedelta
from typing import Any

from contract.enforcement import enforce_due
from contract.overdue import write_overdue
from toban import clock
from toban.holidays import at_the_office
from toban.keeping import contract_days
from toban.observability import logger
from toban.secrets import delete_secrets
from toban.store import ended


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {} of the hourly schedule; return {"in_force": customers and days, "deleted":
    customers}. Late, or called twice, it does the same.
    """
    today = at_the_office(clock.now()).date()
    done = enforce_due(today)
    for revision in done:
        extra = {"customer": revision.customer_id, "effective_on": str(revision.effective_on)}
        logger.info("in force", extra=extra)
    deleted = ended.before(today - timedelta(days=contract_days()))
    for customer_id in deleted:
        delete_secrets(customer_id)
        ended.forget(customer_id)
        logger.info("deleted", extra={"customer": customer_id})
    for name in write_overdue(clock.now()):
        logger.warning("test calls have not ended", extra={"run": name})
    told = [f"{each.customer_id} {each.effective_on}" for each in done]
    return {"in_force": told, "deleted": deleted}
