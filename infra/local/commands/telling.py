"""An entry of a record as one line for a person: rule time, what happened, to which monitor or
incident.
"""

from typing import Any

from infra.local.commands.chronicle import Entry

_SHOWN = ("reason", "value", "evidence", "outcome", "hold", "unit", "failure", "verification")
_WIDTH = 100


def told(entry: Entry) -> str:
    """Return the line, e.g. `10:03:00Z  first strike  acme.web01.http  refused`."""
    facts = particulars(entry.detail)
    words = [f"{entry.at:%H:%M:%S}Z", f"{entry.event:<34}", entry.about or entry.owner]
    return "  ".join([*words, facts] if facts else words)


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
