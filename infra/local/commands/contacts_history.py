"""`toban contacts history`: what hearing sheets have changed in a customer's contacts."""

from argparse import Namespace
from collections.abc import Iterator

from infra.local.commands.incident import asking
from infra.local.commands.refusal import RefusalError
from toban.domain.contact_changes import (
    ContactChange,
    ContactChangeKind,
    ContactsRevision,
    RevisionStage,
)
from toban.text.plain import one_line

_STAGES = {
    RevisionStage.AGREED: "agreed, from {day} on",
    RevisionStage.IN_FORCE: "in force, from {day} on",
}

_NONE = "Nothing is on record: the sheet was put in force by `toban up`, without an agreement."


def show(given: Namespace) -> int:
    """Print each change of the contacts, the earliest request first; times are UTC."""
    with asking(given.endpoint, "The changes of contacts cannot be read from"):
        from toban.store import contact_changes, revisions

        found = sorted(contact_changes.history(given.customer), key=lambda each: each.at)
        known = bool(found) or revisions.agreed(given.customer) is not None
    if not known:
        raise RefusalError(f"There is no contract of {given.customer!r}.")
    if not found:
        print(_NONE)
    for revision in found:
        print("\n".join(_told(revision)))
    return 0


def _told(revision: ContactsRevision) -> Iterator[str]:
    stage = _STAGES[revision.stage].format(day=revision.effective_on)
    by = one_line(revision.requested_by) or "somebody who is not on record"
    yield f"{revision.at:%Y-%m-%d %H:%M:%S}Z {stage}; asked for by {by}; {revision.fingerprint}"
    for change in revision.changes:
        yield f"  {change.kind} {one_line(change.name)}{_what(change)}"


def _what(change: ContactChange) -> str:
    before, after = one_line(change.before), one_line(change.after)
    if change.kind in {ContactChangeKind.ADDED, ContactChangeKind.REMOVED}:
        return f": {before or after}"
    return f": {change.field} {before or 'nothing'} -> {after or 'nothing'}"
