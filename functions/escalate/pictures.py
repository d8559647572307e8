"""The graphs that were kept with an incident, for the mails that tell of it (N-9)."""

from collections.abc import Iterator

from escalate.picture import Picture, content_id
from toban.domain.kept_graph import EVIDENCE, LARGEST, MOST, KeptGraphs
from toban.domain.letters import MailKind
from toban.store import evidence

WITH_PICTURES = frozenset({MailKind.ALERT, MailKind.RESOURCE_ALERT, MailKind.FAILURE_CONTACT})
"""Mails that tell of a failure."""


def pictures(incident_id: str) -> tuple[Picture, ...]:
    """Return the graphs of the incident; none where none were kept."""
    kept = evidence.load(incident_id, EVIDENCE, KeptGraphs)
    return tuple(_pictures(incident_id, kept)) if kept else ()


def _pictures(incident_id: str, kept: KeptGraphs) -> Iterator[Picture]:
    for each in kept.graphs[:MOST]:
        octets = evidence.load_octets(incident_id, each.picture)
        if octets and len(octets) <= LARGEST:
            yield Picture(each, octets, content_id(incident_id, each.name))
