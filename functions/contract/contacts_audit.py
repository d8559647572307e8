"""Puts on record who becomes a contact, who ceases to be one and whose address is another: when a
sheet is agreed, and when it comes into force.
"""

from datetime import datetime

from toban import clock
from toban.domain.contact_changes import ContactsRevision, RevisionStage, contact_changes
from toban.domain.revision import Revision, Terms
from toban.store import contact_health, revisions


def to_note_when_agreed(revision: Revision) -> ContactsRevision | None:
    """Return what the revision changes in what was agreed before it; None where that is nothing."""
    before = revisions.agreed(revision.customer_id)
    return _changed(revision, before, RevisionStage.AGREED, revision.requested_at)


def to_note_when_in_force(revision: Revision) -> ContactsRevision | None:
    """Return what the revision changes in what is in force; None where that is nothing."""
    before = revisions.in_force(revision.customer_id)
    return _changed(revision, before, RevisionStage.IN_FORCE, clock.now())


def forget_who_left(revision: Revision) -> None:
    """Delete what mails and calls have shown of people who are contacts no more."""
    staying = [each.mail for each in revision.terms.customer.contacts]
    contact_health.forget(revision.customer_id, but=staying)


def _changed(
    revision: Revision, before: Terms | None, stage: RevisionStage, at: datetime
) -> ContactsRevision | None:
    were = before.customer.contacts if before else ()
    found = contact_changes(were, revision.terms.customer.contacts)
    if not found:
        return None
    return ContactsRevision(
        customer_id=revision.customer_id,
        stage=stage,
        at=at,
        effective_on=revision.effective_on,
        fingerprint=revision.fingerprint,
        requested_by=revision.requested_by,
        requested_at=revision.requested_at,
        changes=found,
    )
