"""Repairs: the claim on a restart, at most one of a unit within the cooldown, and their end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.exceptions import DoesNotExist, PutError

from toban.domain.deferral import of_round
from toban.store import rails
from toban.store.claims import raise_unless_lost
from toban.store.tables import RepairItem, RepairWorkItem


@dataclass(frozen=True, slots=True)
class RestartClaim:
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
) -> RestartClaim:
    """Claim the restart of the unit for the incident at `at`."""
    item = RepairItem(server_id, f"repair#{unit}", incident_id=incident_id, restarted_at=at)
    before = RepairItem.restarted_at <= at - timedelta(seconds=cooldown_seconds)
    try:
        item.save(RepairItem.restarted_at.does_not_exist() | before)
    except PutError as error:
        raise_unless_lost(error)
        last = last_restart(server_id, unit)
        return RestartClaim(
            False, restarted_recently=bool(last and last.incident_id != incident_id)
        )
    rails.note_restart(server_id, unit, incident_id, at)
    return RestartClaim(True)


def await_end(incident_id: str, number: int, token: str, at: datetime) -> bool:
    """Leave the token that the end of the incident's repair in the round completes, and note its
    begin, the first of which stands; False when it has ended.
    """
    item = _work(incident_id, number)
    began = RepairWorkItem.began_at.set(RepairWorkItem.began_at | at)
    item.update([RepairWorkItem.token.set(token), began])
    return item.attribute_values.get("ended_at") is None


def began_at(incident_id: str, number: int) -> datetime | None:
    """Return when the incident's repair of the round began, or None before that."""
    written = _work(incident_id, number)
    try:
        item = RepairWorkItem.get(written.incident_id, written.item, consistent_read=True)
    except DoesNotExist:
        return None
    return item.began_at


def end(incident_id: str, number: int, at: datetime) -> str:
    """Note that the repair of the round is over; the first note stands. Return the token that
    waits, or "".
    """
    item = _work(incident_id, number)
    item.update([RepairWorkItem.ended_at.set(RepairWorkItem.ended_at | at)])
    return item.token or ""


def _work(incident_id: str, number: int) -> RepairWorkItem:
    return RepairWorkItem(incident_id, of_round("repair", number, "#"))
