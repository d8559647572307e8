"""Tells a person at a terminal what happens, as it happens, in wall-clock and rule time."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from infra.local.commands.chronicle import Entry
from infra.local.commands.telling import particulars
from infra.local.demo.timeline import ClockPair, Outage, minutes

ZONE = ZoneInfo("Asia/Tokyo")
_PHRASES = {
    "first strike": ("strike 1", "{item} is down: {particulars}"),
    "rechecked: still_down": ("strike 2", "{item} is still down a minute later"),
    "rechecked: cleared": ("cleared", "{item} is up again"),
    "failure confirmed": ("strike 3", "{item} is still down: confirmed; 30 s for others to join"),
    "alerts gathered": ("gathered", "no other alert joined; now logging in to look around"),
    "repair verified by the monitor": ("verified", "{item} answered three times in a row"),
    "repair failed by the monitor": ("not helped", "{item} does not answer after the repair"),
    "diagnostics": ("looked", "the server was entered and looked at; evidence kept"),
    "rails: clear": ("REPAIR", "no rail holds it back: logging in over SSH for the procedure"),
    "repair": ("repair", "{particulars}"),
    "telephone call": ("CALL", "{person}: {particulars}"),
    "telephone calls ended": ("called", "nobody further is called: {particulars}"),
    "repair work over": ("work over", "nothing further is tried on the server"),
    "people are called": ("telephone", "contacts are called in their order"),
    "nobody is called": ("telephone", "nobody needs to be called"),
    "report written": ("report", "the incident's report is written from the record"),
    "recovered": ("recovery", "{item} is up in the regular check"),
    "incident closed": ("closed", "{owner}"),
}
_SAID = {
    "fault": "fault",
    "first_strike": "first failing check (strike 1)",
    "confirmed": "confirmed (strike 3)",
    "alert_mail": "alert mail",
    "repair_start": "repair begins over SSH",
    "verified": "repair verified by the monitor",
    "response_done_mail": "mail: response done",
    "failure_mail": "mail: not repaired",
    "reached": "a contact is reached by telephone",
    "mended_by_hand": "mended by hand",
    "recovery": "recovery seen",
    "recovery_mail": "recovery mail",
    "closed": "incident closed",
}


class Narrator:
    """Writes lines in the order in which things become known."""

    def __init__(self, pace: ClockPair, out: TextIO = sys.stdout) -> None:
        self._pace, self._out = pace, out

    def say(self, text: str = "") -> None:
        """Write a line without a time."""
        print(text, file=self._out, flush=True)

    def tell(self, at: datetime, tag: str, text: str) -> None:
        """Write what happened at a rule time."""
        since = minutes(self._pace.wall_of(at) - self._pace.wall)
        self.say(f"{since:>6}   {at.astimezone(ZONE):%H:%M:%S}   {tag:<11} {text}")

    def retell(self, entry: Entry) -> None:
        """Write an entry of the records in plain words."""
        item = entry.about or _item_of(entry.owner)
        facts = {"item": item, "owner": entry.owner, "particulars": particulars(entry.detail)}
        facts["person"] = _person_of(entry)
        if entry.event == "rechecked: confirmed":
            return  # the incident's own entry says it
        words = entry.event.split()
        if words[0] == "mail":
            self.tell(entry.at, "MAIL", f"{words[1]} to {words[-1]}")
            return
        tag, phrase = _PHRASES.get(entry.event, ("", ""))
        if phrase:
            self.tell(entry.at, tag, phrase.format(**facts))
        else:
            more = f" ({facts['particulars']})" if facts["particulars"] else ""
            self.tell(entry.at, "record", f"{entry.event}{more}")

    def show(self, title: str, outage: Outage) -> None:
        """Write the timeline of one outage: rule time and how long after the fault."""
        self.say(f"\n{title}: {outage.monitor_id}, incident {outage.incident_id or '(none)'}")
        for fact, at in sorted(outage.facts.items(), key=lambda found: found[1]):
            after = minutes(at - outage.facts["fault"])
            self.say(f"  {at.astimezone(ZONE):%H:%M:%S}  +{after:>5}  {_SAID.get(fact, fact)}")

    def complain(self, faults: Sequence[str]) -> None:
        """Write what was missing."""
        for fault in faults:
            self.say(f"MISSING: {fault}")


def _person_of(entry: Entry) -> str:
    """Return whom a call was for, "" for what is no call."""
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    return f"{detail.get('name', '')}, {detail.get('number', '')}".strip(", ")


def _item_of(owner: str) -> str:
    """Return the monitor of a suspicion, the server of an incident: its id without the time."""
    return owner.rpartition(".")[0]
