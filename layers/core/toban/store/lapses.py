"""The lapses of rounds that are not over, or not yet told to be: none while all is well."""

from pynamodb.exceptions import DeleteError, PutError

from toban.domain.lapse import Lapse
from toban.store.claims import raise_unless_lost
from toban.store.documents import from_document, to_document
from toban.store.tables import LapseItem

_OWNER = "lapses"


def known() -> dict[str, Lapse]:
    """Return the lapse of each shard that has one."""
    found = LapseItem.query(_OWNER, consistent_read=True)
    return {item.item: from_document(item.document, Lapse) for item in found}


def begin(lapse: Lapse) -> bool:
    """Store a lapse; False when the shard has one already."""
    try:
        _item(lapse).save(LapseItem.shard_group.does_not_exist())
    except PutError as error:
        raise_unless_lost(error)
        return False
    return True


def update(lapse: Lapse) -> bool:
    """Store what has become of a lapse; False when it is gone."""
    try:
        _item(lapse).save(LapseItem.noted_at == lapse.noted_at)
    except PutError as error:
        raise_unless_lost(error)
        return False
    return True


def end(lapse: Lapse) -> bool:
    """Forget a lapse that has been told to be over; False when it is gone."""
    try:
        LapseItem(_OWNER, lapse.shard).delete(LapseItem.noted_at == lapse.noted_at)
    except DeleteError as error:
        raise_unless_lost(error)
        return False
    return True


def _item(lapse: Lapse) -> LapseItem:
    return LapseItem(_OWNER, lapse.shard, document=to_document(lapse), noted_at=lapse.noted_at)
