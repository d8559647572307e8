"""The words of one language for the code's enumerations, and its recurring sentences."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from toban.domain.call import Outcome
from toban.domain.check import Resource
from toban.domain.contract import Family
from toban.domain.letters import Level, MailKind, Notice
from toban.domain.observation import Reason
from toban.domain.plan import Plan
from toban.domain.repair import HoldReason, RepairOutcome, StepName
from toban.domain.runbook import EntryFailure
from toban.domain.transition import Verdict
from toban.text.moments import split_duration

LOCALES = ("ja", "en")
SECTIONS: dict[type[StrEnum], str] = {
    Reason: "reason",
    HoldReason: "hold",
    EntryFailure: "entry",
    StepName: "step",
    RepairOutcome: "outcome",
    Plan: "plan",
    Level: "level",
    Family: "family",
    Resource: "resource",
    Notice: "notice",
    Outcome: "call",
    MailKind: "mail",
    Verdict: "verdict",
}
"""Enumerations that people read, and the section of words/<locale>.yaml for each."""


class Words:
    """The words of one locale; a missing word is a KeyError, which a test excludes."""

    def __init__(self, locale: str, sections: Mapping[str, Mapping[str, str]]) -> None:
        self.locale = locale
        self.sections = sections

    def of(self, member: StrEnum) -> str:
        """Return the word for a member of one of SECTIONS."""
        return self.sections[SECTIONS[type(member)]][member.value]

    def say(self, section: str, key: str, **parts: object) -> str:
        """Return a sentence or a part of one, with its {parts} filled in."""
        return self.sections[section][key].format(**parts)

    def has(self, section: str, key: str) -> bool:
        """Tell whether there is such a word, for names that the catalogue enumerates."""
        return key in self.sections[section]

    @property
    def unknown(self) -> str:
        """What stands for a fact that is not known yet."""
        return self.say("general", "unknown")

    def duration(self, duration: timedelta) -> str:
        """Return e.g. "1時間5分" or "12 min 30 s"; seconds are left out from an hour on."""
        hours, minutes, seconds = split_duration(duration)
        form = "hours" if hours else "minutes" if minutes else "seconds"
        return self.say("duration", form, hours=hours, minutes=minutes, seconds=seconds)


@cache
def words(locale: str) -> Words:
    """Return the words of the locale, English for one that we do not have."""
    known = locale if locale in LOCALES else "en"
    path = Path(__file__).parent / "words" / f"{known}.yaml"
    return Words(known, yaml.safe_load(path.read_text(encoding="utf-8")))
