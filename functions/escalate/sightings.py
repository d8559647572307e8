"""What the incident's record has seen of a monitor: observations stand in many of its events."""

from collections.abc import Iterable, Iterator
from typing import Any

from toban.domain.observation import Observation
from toban.domain.record import Event
from toban.store.documents import from_document


def latest_seen(events: Iterable[Event], monitor_id: str) -> Observation | None:
    """Return the monitor's latest observation of the record, or None when it has none."""
    seen = [each for event in events for each in _sightings(event.detail, monitor_id)]
    return max(seen, key=lambda each: each.observed_at, default=None)


def _sightings(detail: Any, monitor_id: str) -> Iterator[Observation]:
    if isinstance(detail, list):
        for each in detail:
            yield from _sightings(each, monitor_id)
    elif isinstance(detail, dict):
        if detail.get("monitor_id") == monitor_id and {"reason", "observed_at"} <= detail.keys():
            yield from_document(detail, Observation)
        for each in detail.values():
            yield from _sightings(each, monitor_id)
