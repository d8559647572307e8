"""Who changed which contacts when, by which sheet; kept as long as the contract."""

from datetime import date

from toban.domain.contact_changes import ContactChange, ContactsRevision, RevisionStage
from toban.domain.identifier import stamp
from toban.store.documents import from_document, to_document
from toban.store.tables import ContactsRevisionItem

_BEGINS = "contacts-changed#"


def item_of(revision: ContactsRevision) -> ContactsRevisionItem:
    """Return the item that tells of the revision: the same one however often it is made."""
    asked = f"{stamp(revision.requested_at)}#{revision.fingerprint}"
    name = f"{_BEGINS}{asked}#{revision.stage}"
    return ContactsRevisionItem(
        revision.customer_id,
        name,
        at=revision.at,
        effective_on=revision.effective_on.isoformat(),
        fingerprint=revision.fingerprint,
        requested_by=revision.requested_by,
        requested_at=revision.requested_at,
        changes=to_document(revision.changes),
    )


def history(customer_id: str) -> list[ContactsRevision]:
    """Return what has changed, in the order in which it was asked for."""
    begins = ContactsRevisionItem.item.startswith(_BEGINS)
    found = ContactsRevisionItem.query(customer_id, begins, consistent_read=True)
    return [_revision(item) for item in found]


def forget(customer_id: str) -> None:
    """Delete the record of a customer."""
    begins = ContactsRevisionItem.item.startswith(_BEGINS)
    for item in ContactsRevisionItem.query(customer_id, begins, consistent_read=True):
        ContactsRevisionItem(customer_id, item.item).delete()


def _revision(item: ContactsRevisionItem) -> ContactsRevision:
    return ContactsRevision(
        customer_id=item.customer_id,
        stage=RevisionStage(item.item.rpartition("#")[2]),
        at=item.at,
        effective_on=date.fromisoformat(item.effective_on),
        fingerprint=item.fingerprint,
        requested_by=item.requested_by,
        requested_at=item.requested_at,
        changes=from_document(item.changes, tuple[ContactChange, ...]),
    )
