"""Who was added to a customer's contacts, who left, whose address or place is another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from toban.domain.contract import Contact


class ContactChangeKind(StrEnum):
    """What became of one contact."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class RevisionStage(StrEnum):
    """When a change is put on record: it was agreed, or it came into force."""

    AGREED = "agreed"
    IN_FORCE = "in-force"


@dataclass(frozen=True, slots=True)
class ContactChange:
    """One contact by name; `field` is what changed of it, `before` and `after` its values, "" for
    none. The places of MOVED count from 1.
    """

    kind: ContactChangeKind
    name: str
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ContactsRevision:
    """What a hearing sheet changed in the contacts; `fingerprint` is that of its terms."""

    customer_id: str
    stage: RevisionStage
    at: datetime
    effective_on: date
    fingerprint: str
    requested_by: str
    requested_at: datetime
    changes: tuple[ContactChange, ...]


def contact_changes(
    before: Sequence[Contact], after: Sequence[Contact]
) -> tuple[ContactChange, ...]:
    """Return what changed, who left first; nothing where the contacts are the same.

    A contact is known again by the mail address, else by the name: whoever changed both is somebody
    else. Who only moved up or down because others came or went has not moved.
    """
    known = _known_again(before, after)
    gone = [each for each in before if each not in known.values()]
    return (
        *(ContactChange(ContactChangeKind.REMOVED, each.name, before=_told(each)) for each in gone),
        *_comings_and_changes(after, known),
        *_moves(before, after, known),
    )


def _known_again(before: Sequence[Contact], after: Sequence[Contact]) -> dict[Contact, Contact]:
    """Return who each contact that stays was before; people may share a name, but nobody was two
    people.
    """
    known: dict[Contact, Contact] = {}
    for sign in (_by_mail, _by_name):
        for contact in after:
            left = (each for each in before if each not in known.values())
            was = next((each for each in left if sign(each) == sign(contact)), None)
            if was and contact not in known:
                known[contact] = was
    return known


def _by_mail(contact: Contact) -> str:
    return contact.mail.lower()


def _by_name(contact: Contact) -> str:
    return contact.name


def _comings_and_changes(
    after: Sequence[Contact], known: Mapping[Contact, Contact]
) -> Iterator[ContactChange]:
    for contact in after:
        if contact not in known:
            yield ContactChange(ContactChangeKind.ADDED, contact.name, after=_told(contact))
            continue
        for field in fields(Contact):
            was, now = (getattr(each, field.name) for each in (known[contact], contact))
            if was != now:
                words = _words(was), _words(now)
                yield ContactChange(ContactChangeKind.CHANGED, contact.name, field.name, *words)


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _moves(
    before: Sequence[Contact], after: Sequence[Contact], known: Mapping[Contact, Contact]
) -> Iterator[ContactChange]:
    were = [each for each in before if each in known.values()]
    stay = [each for each in after if each in known]
    for was, now in zip(were, stay, strict=True):
        if known[now] != was:
            places = str(before.index(known[now]) + 1), str(after.index(now) + 1)
            yield ContactChange(ContactChangeKind.MOVED, now.name, "place", *places)


def _told(contact: Contact) -> str:
    return " ".join(part for part in (contact.mail, contact.phone) if part)
