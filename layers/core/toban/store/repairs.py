"""The claim on a restart: at most one of a unit within the cooldown, and never twice for one
decision.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.exceptions import DoesNotExist, PutError

from toban.store.tables import RepairItem


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether the restart may be done; if not, whether an earlier incident's restart is too
    fresh.
    """

    granted: bool
    restarted_recently: bool = False


def last_restart(server_id: str, unit: str) -> RepairItem | None:
    """Return the unit's last restart by us, or None."""
    try:
        return RepairItem.get(server_id, f"repair#{unit}", consistent_read=True)
    except DoesNotExist:
        return None


def claim(
    server_id: str, unit: str, incident_id: str, at: datetime, cooldown_seconds: int
) -> Claim:
    """Claim the restart of the unit for the incident at `at`."""
    item = RepairItem(server_id, f"repair#{unit}", incident_id=incident_id, restarted_at=at)
    before = RepairItem.restarted_at <= at - timedelta(seconds=cooldown_seconds)
    try:
        item.save(RepairItem.restarted_at.does_not_exist() | before)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        last = last_restart(server_id, unit)
        return Claim(False, restarted_recently=bool(last and last.incident_id != incident_id))
    return Claim(True)
