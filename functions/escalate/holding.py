"""Puts on file that a repair was held back before the server was touched, as a runbook itself
would.
"""

from toban import clock
from toban.domain.rails import HOLDS, Rail
from toban.domain.repair import RepairOutcome, RepairReport
from toban.domain.work import Work
from toban.store import evidence


def hold_back(incident_id: str, work: Work, rail: Rail) -> None:
    """Store the report that the mail to the customer is made from; nothing on the server
    changed.
    """
    report = RepairReport(
        monitor_id=work.monitor_id,
        unit=work.unit,
        outcome=RepairOutcome.HELD_BACK,
        started_at=clock.now(),
        hold=HOLDS[rail],
    )
    for monitor_id in work.monitor_ids:
        evidence.save(incident_id, f"repair-{monitor_id}", report)
