"""The facts of one outage, each with its wall-clock and its rule time, and whether they add up."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from infra.local.commands.chronicle import Entry
from toban.domain.letters import MailKind

REPAIRED = (
    "fault",
    "first_strike",
    "confirmed",
    "alert_mail",
    "repair_start",
    "verified",
    "response_done_mail",
    "recovery_mail",
    "closed",
)
NOT_REPAIRED = (
    "fault",
    "first_strike",
    "confirmed",
    "alert_mail",
    "repair_start",
    "failure_mail",
    "reached",
    "mended_by_hand",
    "recovery_mail",
    "closed",
)
_MAILS = {
    MailKind.ALERT: "alert_mail",
    MailKind.RESPONSE_DONE: "response_done_mail",
    MailKind.FAILURE_CONTACT: "failure_mail",
    MailKind.RECOVERY: "recovery_mail",
}
_EVENTS = {
    "first strike": "first_strike",
    "failure confirmed": "confirmed",
    "repair verified by the monitor": "verified",
    "telephone calls ended": "reached",
    "recovered": "recovery",
    "incident closed": "closed",
}


@dataclass(frozen=True, slots=True)
class ClockPair:
    """Two clocks that were read at the same moment, one `speed` times as fast as the other."""

    wall: datetime
    rule: datetime
    speed: float

    def wall_of(self, rule: datetime) -> datetime:
        """Return the wall-clock time of a rule time."""
        return self.wall + (rule - self.rule) / self.speed


@dataclass
class Outage:
    """What happened to one monitor from the fault on; `expected` are the facts in their order."""

    monitor_id: str
    expected: tuple[str, ...]
    facts: dict[str, datetime] = field(default_factory=dict)
    incident_id: str = ""
    mails: list[tuple[str, str]] = field(default_factory=list)

    def begin(self, at: datetime) -> None:
        """Note the fault."""
        self.facts["fault"] = at

    def note(self, fact: str, at: datetime) -> None:
        """Note a fact; the first note stands."""
        self.facts.setdefault(fact, at)

    def hear(self, entry: Entry) -> None:
        """Take from an entry of the records what belongs to this outage."""
        if "fault" not in self.facts or entry.at < self.facts["fault"]:
            return
        if entry.event == "failure confirmed" and entry.about == self.monitor_id:
            self.incident_id = self.incident_id or entry.owner
        ours = entry.owner.startswith(f"{self.monitor_id}.") or entry.owner == self.incident_id
        if not ours:
            return
        if entry.event in _EVENTS:
            self.note(_EVENTS[entry.event], entry.at)
        if entry.event == "repair":
            self.note("repair_start", datetime.fromisoformat(entry.detail["started_at"]))
        self._hear_mail(entry)

    def _hear_mail(self, entry: Entry) -> None:
        words = entry.event.split()
        if words[0] != "mail":
            return
        kind, recipient = words[1], words[-1]
        self.mails.append((kind, recipient))
        if kind in _MAILS:
            self.note(_MAILS[MailKind(kind)], entry.at)

    def missing(self) -> str:
        """Return the first expected fact that is not there, or ""."""
        return next((fact for fact in self.expected if fact not in self.facts), "")

    def duration(self, start: str, end: str) -> timedelta:
        """Return the rule time between two facts."""
        return self.facts[end] - self.facts[start]

    def faults(self, contacts: Sequence[str]) -> Iterator[str]:
        """Yield a sentence for everything that is not as it should be."""
        if missing := self.missing():
            yield f"{self.monitor_id}: {_said(missing)} did not happen."
            return
        for before, after in pairwise(self.expected):
            if self.facts[before] > self.facts[after]:
                yield f"{self.monitor_id}: {_said(after)} came before {_said(before)}."
        if "reached" in self.facts and "reached" not in self.expected:
            yield f"{self.monitor_id}: people were called although the repair had helped."
        for kind, fact in _MAILS.items():
            wanted = sorted(contacts) if fact in self.expected else []
            got = sorted(who for sent, who in self.mails if sent == kind and who in contacts)
            if got != wanted:
                wrong = f"{self.monitor_id}: the mail {kind} went to {got or 'nobody'}"
                yield f"{wrong}, expected {wanted or 'nobody'}."

    def summary(self, pace: ClockPair) -> dict[str, Any]:
        """Return the facts as JSON values, in the order of time."""
        in_order = sorted(self.facts.items(), key=lambda fact: fact[1])
        times = {fact: {"wall": _iso(pace.wall_of(at)), "rule": _iso(at)} for fact, at in in_order}
        return {"monitor": self.monitor_id, "incident": self.incident_id, **times}


def _said(fact: str) -> str:
    return fact.replace("_", " ")


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def minutes(duration: timedelta) -> str:
    """Return a duration as people say it, e.g. 5:32 for five and a half minutes."""
    seconds = math.floor(duration.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02}"
