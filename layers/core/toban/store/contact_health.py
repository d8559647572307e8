"""What mails and calls have shown of each contact (N-10): read by operators, by nothing that sends
or calls.
"""

from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import Any

from pynamodb.exceptions import DoesNotExist, PutError

from toban.domain.call import Outcome
from toban.domain.contact_health import ContactHealth, Fate
from toban.domain.letters import addressee
from toban.store.claims import raise_unless_lost
from toban.store.tables import ContactHealthItem

UNKNOWN = ContactHealth()


def of_all(customer_id: str) -> dict[str, ContactHealth]:
    """Return what is known of everybody of the customer, or of "provider", by their addresses."""
    begins = ContactHealthItem.item.startswith("contact#")
    found = ContactHealthItem.query(customer_id, begins, consistent_read=True)
    return {item.mail: _health(item) for item in found}


def change(
    customer_id: str, mail: str, changed: Callable[[ContactHealth], ContactHealth]
) -> ContactHealth:
    """Store what `changed` makes of what is known, and return it; nothing is written where it is
    the same. Of two at once, the later one looks at what the other has written.
    """
    while True:
        item = _item(customer_id, mail)
        before = _health(item) if item else UNKNOWN
        after = changed(before)
        if after == before or _stored(customer_id, mail, after, item):
            return after


def _stored(
    customer_id: str, mail: str, health: ContactHealth, known: ContactHealthItem | None
) -> bool:
    """Store it unless somebody else has written since `known` was read."""
    item = ContactHealthItem(customer_id, _name(mail), mail=mail, **_attributes(health))
    item.writes = (known.writes if known else 0) + 1
    unseen = ContactHealthItem.customer_id.does_not_exist()
    seen = ContactHealthItem.writes == known.writes if known else unseen
    try:
        item.save(seen)
    except PutError as error:
        raise_unless_lost(error)
        return False
    return True


def forget(customer_id: str, but: Collection[str] = ()) -> None:
    """Delete what is known of the customer's contacts, except of those with the addresses `but`."""
    kept = {_name(mail) for mail in but}
    begins = ContactHealthItem.item.startswith("contact#")
    for item in ContactHealthItem.query(customer_id, begins, consistent_read=True):
        if item.item not in kept:
            ContactHealthItem(customer_id, item.item).delete()


def _item(customer_id: str, mail: str) -> ContactHealthItem | None:
    try:
        return ContactHealthItem.get(customer_id, _name(mail), consistent_read=True)
    except DoesNotExist:
        return None


def _name(mail: str) -> str:
    return f"contact#{addressee(mail)}"


def _attributes(health: ContactHealth) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in asdict(health).items() if value}


def _health(item: ContactHealthItem) -> ContactHealth:
    return ContactHealth(
        delivered_at=item.delivered_at,
        trouble=Fate(item.trouble) if item.trouble else None,
        trouble_since=item.trouble_since,
        trouble_at=item.trouble_at,
        trouble_detail=item.trouble_detail or "",
        recovered_at=item.recovered_at,
        called_at=item.called_at,
        call_outcome=Outcome(item.call_outcome) if item.call_outcome else None,
        answered_at=item.answered_at,
    )
