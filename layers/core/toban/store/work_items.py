"""What an incident leaves to an engineer, opened once."""

from datetime import datetime

from pynamodb.exceptions import PutError

from toban.store.claims import raise_unless_lost
from toban.store.tables import WorkItem


def open_for(incident_id: str, at: datetime, key: str) -> bool:
    """Claim the opening of what awaits an engineer; `key` is the evidence key of the record."""
    item = WorkItem(incident_id, "work-item", status="open", opened_at=at, evidence=key)
    try:
        item.save(WorkItem.incident_id.does_not_exist())
    except PutError as error:
        raise_unless_lost(error)
        return False
    return True
