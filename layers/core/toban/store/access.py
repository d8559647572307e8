"""What the daily check of each server's ways in found last (clause C-8)."""

from pynamodb.exceptions import DoesNotExist, PutError

from toban.domain.access import AccessState
from toban.store.claims import raise_unless_lost
from toban.store.documents import from_document, to_document
from toban.store.tables import AccessItem


def of_server(server_id: str) -> AccessState | None:
    """Return what the last check found, None for a server that was never tried."""
    try:
        item = AccessItem.get(server_id, "access", consistent_read=True)
    except DoesNotExist:
        return None
    return from_document(item.document, AccessState)


def keep(state: AccessState) -> bool:
    """Store the state; False when a later check has been stored already."""
    item = AccessItem(server_id=state.server_id, item="access")
    item.checked_at, item.document = state.checked_at, to_document(state)
    newer = AccessItem.checked_at.does_not_exist() | (AccessItem.checked_at <= state.checked_at)
    try:
        item.save(newer)
    except PutError as error:
        raise_unless_lost(error)
        return False
    return True
