"""The record of an incident or of a suspicion: all that happened, append-only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from toban.domain.letters import kind_in


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when, what, and its particulars as JSON values; `key` names it among
    its owner's, e.g. "recovered#acme.web01.http".
    """

    at: datetime
    event: str
    detail: Any
    key: str = ""

    @property
    def sort(self) -> str:
        """What sort of thing it is: the key up to the first "#"."""
        return self.key.partition("#")[0]

    @property
    def about(self) -> str:
        """What it is about: the rest of the key, such as a monitor id, or ""."""
        return self.key.partition("#")[2]


ORDER = (
    *("strike", "rechecked", "ended", "confirmed", "withheld", "dropped", "gathered"),
    *("diagnostics", "graphs", "mail.alert", "mail.resource_alert", "mail.operator_notice"),
    *(
        "queued",
        "not-needed",
        "not-judged",
        "deferred",
        "rails",
        "approval",
        "refused",
        "turn-lost",
        "repair",
        "verified",
        "failed",
        "unproven",
    ),
    *("disarmed", "roll-back", "mail.response_done", "mail.failure_contact", "repair-over"),
    *(
        "escalation",
        "acknowledged",
        "call",
        "calls",
        "paused",
        "mail.unreachable_all",
        "taken-over",
    ),
    *("mail.progress", "recovered", "mail.recovery", "closed", "report", "work-item"),
    *("mail.incident_report", "resumed", "mail.resumed", "unwatched", "mail.watch_ended"),
)
"""How things follow from each other: what has the same time is told in this order."""


def in_order(event: Event) -> tuple[datetime, int, str]:
    """Return what events are sorted by."""
    kind = kind_in(event.about)
    named = f"{event.sort}.{kind}" if kind else event.sort
    rank = ORDER.index(named) if named in ORDER else len(ORDER)
    return event.at, rank, event.key
