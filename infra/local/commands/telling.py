"""An entry of a record as one line for a person: rule time, what happened, to which monitor or
incident.
"""

from collections.abc import Mapping
from typing import Any

from pynamodb.exceptions import DoesNotExist

from infra.local.commands.chronicle import Entry
from toban.domain.record import Event
from toban.store import incidents
from toban.text.telling import Teller
from toban.text.words import words

_SHOWN = ("reason", "value", "evidence", "outcome", "hold", "unit", "failure", "verification")
_WIDTH = 100


def told(entry: Entry) -> str:
    """Return the line, e.g. `10:03:00Z  first strike  acme.web01.http  refused`."""
    facts = particulars(entry.detail)
    words = [f"{entry.at:%H:%M:%S}Z", f"{entry.event:<34}", entry.about or entry.owner]
    return "  ".join([*words, facts] if facts else words)


def headline(owner: str) -> str:
    """Return what the record is of: an incident with its plan, or something that came to
    nothing.
    """
    try:
        incident = incidents.incident(owner)
    except DoesNotExist:
        return f"{owner}: no incident came of it"
    opened = f"{incident.opened_at:%Y-%m-%d %H:%M:%S}Z"
    return f"{owner}: plan {incident.plan}, opened {opened}"


def in_words(entry: Entry, people: Mapping[str, str]) -> str:
    """Return the line in whole words, e.g. `10:05:03Z  http: failure confirmed (refused)`; `people`
    are the addresses of mails by their ids.
    """
    event = Event(entry.at, entry.event, entry.detail, entry.key)
    said = Teller(words("en"), people=people).tell(event)
    facts = particulars(entry.detail) if said == entry.event else ""
    return "  ".join(part for part in (f"{entry.at:%H:%M:%S}Z", said, facts) if part)


def particulars(detail: Any) -> str:
    """Return the telling values of a detail, from wherever in it they stand."""
    if isinstance(detail, list):
        detail = detail[0] if detail else None
    if not isinstance(detail, dict):
        return ""
    inner = detail.get("observation")
    found = {**detail, **inner} if isinstance(inner, dict) else detail
    shown = [str(found[name]) for name in _SHOWN if found.get(name) not in (None, "", "none")]
    text = " ".join(", ".join(shown).split())
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
