"""Each thing on a record in a sentence, for the customer's report and for the operators."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from toban.domain.call import Callees, Outcome
from toban.domain.letters import MailKind, kind_in, last_part
from toban.domain.observation import Reason
from toban.domain.rails import HOLDS, Rail
from toban.domain.record import Event
from toban.domain.repair import HoldReason, RepairOutcome
from toban.domain.runbook import EntryFailure
from toban.text.plain import one_line
from toban.text.words import SECTIONS, Words

SECTION = "event"
SIZE = 300
_OF_ENGINEERS = {
    "call": "call-engineer",
    "calls": "calls-engineers",
    "acknowledged": "acknowledged-engineer",
}
"""The sentences that name none of our engineers."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells events in one language. `items` are the monitors' names by id, `people` who got a mail
    by the mail's id; what is missing in them is told by its id. A `discreet` one does not say which
    of our engineers was called.
    """

    words: Words
    items: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    discreet: bool = False

    def tell(self, event: Event) -> str:
        """Return the sentence; an event that has no words yet is told as it was written."""
        form = self._form(event)
        if not self.words.has(SECTION, form):
            return one_line(event.event, SIZE)
        return one_line(self.words.say(SECTION, form, **self._parts(event)), SIZE)

    def _form(self, event: Event) -> str:
        """Return which of the sort's sentences tells it: some things end in more than one way."""
        detail = event.detail if isinstance(event.detail, dict) else {}
        if event.sort == "repair":
            return _form_of_repair(detail)
        if self.discreet and event.about.partition("#")[0] == Callees.ENGINEERS:
            return _OF_ENGINEERS.get(event.sort, "")
        if event.sort == "deferred":
            return f"deferred-{detail.get('why', '')}"
        if event.sort == "calls":
            return f"calls-{detail.get('outcome', '')}"
        other = {
            "diagnostics": ("diagnostics-failed", detail.get("failure")),
            "mail": ("mail-notice", _of_mail(event) is MailKind.OPERATOR_NOTICE),
            "rails": ("rails-held", not detail.get("allowed")),
            "escalation": ("escalation-none", not detail.get("call")),
            "withheld": ("withheld-alert", _of_mail(event) is None),
            "roll-back": (f"roll-back-{event.about.rpartition('#')[2]}", "#" in event.about),
        }
        form, holds = other.get(event.sort, ("", False))
        return form if holds else event.sort

    def _parts(self, event: Event) -> dict[str, object]:
        detail = event.detail if isinstance(event.detail, dict) else {}
        return {
            "item": self.item(event.about.partition("#")[0]),
            "items": self._items(detail.get("monitors", ())),
            "about": one_line(event.about),
            "seen": self._seen(event.detail),
            "rail": self._word(HoldReason, _hold_of(detail.get("rail"))),
            "hold": self._word(HoldReason, detail.get("hold")),
            "unit": one_line(str(detail.get("unit", ""))),
            "failure": self._failure(str(detail.get("failure", ""))),
            "findings": detail.get("findings", 0),
            "kind": self._kind(event),
            "person": self.people.get(event.about, self.words.unknown),
            "call": self.call(detail) if event.sort == "call" else "",
            "ended": self._word(Outcome, detail.get("outcome")),
            "name": one_line(str(detail.get("name", ""))),
            "verdict": self._word_or_nothing("verdict", detail.get("verdict")),
        }

    def item(self, monitor_id: str) -> str:
        """Return the monitor's name."""
        return self.items.get(monitor_id) or one_line(last_part(monitor_id))

    def call(self, call: Mapping[str, Any]) -> str:
        """Return whom a call was for, how long it rang and how it ended; the number is masked."""
        return self.words.say(
            "calls",
            "told",
            name=one_line(str(call.get("name", "")), 60),
            number=one_line(str(call.get("number", "")), 30),
            rang=self._rang(int(call.get("ring_seconds", 0))),
            outcome=self._word(Outcome, call.get("outcome")),
        )

    def _rang(self, seconds: int) -> str:
        if not seconds:
            return ""
        duration = self.words.duration(timedelta(seconds=seconds))
        return self.words.say("calls", "rang", duration=duration)

    def _items(self, monitor_ids: Iterable[str]) -> str:
        comma = self.words.say("general", "comma")
        return comma.join(self.item(str(each)) for each in monitor_ids)

    def _seen(self, detail: Any) -> str:
        """Return the reason of the first observation in the detail."""
        if isinstance(detail, list):
            return next((said for each in detail if (said := self._seen(each))), "")
        if not isinstance(detail, dict):
            return ""
        return self._word(Reason, detail.get("reason")) or self._seen(detail.get("observation"))

    def _failure(self, failure: str) -> str:
        name, _, _ = failure.partition(": ")
        return self._word(EntryFailure, name) or one_line(failure)

    def _kind(self, event: Event) -> str:
        """Return the kind of a mail event: its key ends in the mail's id or in the kind."""
        return self.words.of(_of_mail(event) or MailKind.OPERATOR_NOTICE)

    def _word(self, enumeration: type, value: object) -> str:
        return self._word_or_nothing(SECTIONS[enumeration], value)

    def _word_or_nothing(self, section: str, value: object) -> str:
        text = str(value or "")
        return self.words.say(section, text) if text and self.words.has(section, text) else ""


def _of_mail(event: Event) -> MailKind | None:
    """Return the kind of mail that the event's key names: alone, or within the mail's id."""
    return kind_in(event.about.partition("#")[0])


def _hold_of(rail: object) -> object:
    known = {each.value for each in HOLDS}
    return HOLDS[Rail(str(rail))] if str(rail) in known else ""


def _form_of_repair(detail: Mapping[str, Any]) -> str:
    if detail.get("hold") not in {None, HoldReason.NONE}:
        return "repair-held"
    failed = detail.get("outcome") == RepairOutcome.COMMAND_FAILED
    return "repair-failed" if failed else "repair"
