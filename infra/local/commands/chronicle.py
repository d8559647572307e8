"""What has happened, as anybody can read it who has access to the incidents table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from toban.store.tables import AlertItem, EventItem, IncidentItem, MailItem

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: `owner` is an incident or a suspicion, `key` names the thing within
    it.
    """

    at: datetime
    owner: str
    key: str
    event: str
    detail: Any = None

    @property
    def about(self) -> str:
        """The monitor that the entry is about, or "" when it is about the whole incident."""
        parts = self.key.partition("#")[2].split("#")
        return next((part for part in parts if "." in part), "")


@dataclass(frozen=True, slots=True)
class IncidentSummary:
    """An incident in one line."""

    incident_id: str
    opened_at: datetime
    closed_at: datetime | None
    monitors: tuple[str, ...]


def entries(owner: str | None = None) -> list[Entry]:
    """Return what happened to one incident or suspicion, or to all, in the order of time."""
    found = [*_events(owner), *_mails(owner)]
    return sorted(found, key=lambda entry: (entry.at, entry.owner))


def _events(owner: str | None) -> Iterator[Entry]:
    starts = EventItem.item.startswith("event#")
    found = EventItem.query(owner, starts) if owner else EventItem.scan(starts)
    for item in found:
        key = item.item.partition("#")[2]
        if key.startswith("mail#"):
            continue  # the mail itself tells more: to whom
        yield Entry(item.at, item.incident_id, key, item.event, item.detail)


def _mails(owner: str | None) -> Iterator[Entry]:
    starts = MailItem.item.startswith("mail#")
    found = MailItem.query(owner, starts) if owner else MailItem.scan(starts)
    for item in found:
        if item.attribute_values.get("sent_at"):
            event = f"mail {item.kind} to {item.recipient}"
            yield Entry(item.sent_at, item.incident_id, item.item.partition("#")[2], event)


def incidents() -> list[IncidentSummary]:
    """Return all incidents, the newest last."""
    monitors: dict[str, list[str]] = {}
    for alert in AlertItem.scan(AlertItem.item.startswith("alert#")):
        monitors.setdefault(alert.incident_id, []).append(alert.item.partition("#")[2])
    found = [
        IncidentSummary(
            item.incident_id,
            item.opened_at,
            item.closed_at,
            tuple(sorted(monitors.get(item.incident_id, []))),
        )
        for item in IncidentItem.scan(IncidentItem.item == "incident")
    ]
    return sorted(found, key=lambda summary: summary.opened_at)


class Feed:
    """Tells each entry once; what happened before `since` is known already."""

    def __init__(self, since: datetime = _EVER) -> None:
        self._since = since
        self._told: set[tuple[str, str]] = set()

    def unheard(self) -> list[Entry]:
        """Return the entries that have not been returned before, in the order of time."""
        found = (entry for entry in entries() if entry.at >= self._since)
        fresh = [entry for entry in found if (entry.owner, entry.key) not in self._told]
        self._told.update((entry.owner, entry.key) for entry in fresh)
        return fresh
