"""Acceptance runs whose test calls are under way: looked at again when these have taken too
long.
"""

from datetime import datetime, timedelta

from toban.domain.acceptance import LONGEST_CALLS, AcceptanceRun
from toban.store.documents import from_document, to_document
from toban.store.tables import ContractItem

_CALLING = "#acceptances"
"""No id of a customer begins like this."""


def note_calls(run: AcceptanceRun, at: datetime) -> None:
    """Note that the run's test calls begin at `at`; a repeated run leaves the one note."""
    ContractItem(_CALLING, run.name, document={"key": run.key, "at": to_document(at)}).save()


def overdue(now: datetime) -> dict[str, str]:
    """Return the runs whose calls should be over by `now`: the keys of their sheets by name."""
    found = ContractItem.query(_CALLING, consistent_read=True)
    return {item.item: str(item.document["key"]) for item in found if _began(item) <= _last(now)}


def settle(name: str) -> None:
    """Look at the run no more."""
    ContractItem(_CALLING, name).delete()


def _began(item: ContractItem) -> datetime:
    return from_document(item.document["at"], datetime)


def _last(now: datetime) -> datetime:
    return now - timedelta(seconds=LONGEST_CALLS)
