"""Reads figures of the rules, each field of a domain class by the type of its default."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from toban.catalogue.format import Format, one_of, whole_number, yes_or_no
from toban.catalogue.menu import RUNBOOKS
from toban.catalogue.mistake import Refusal
from toban.catalogue.section import Section, note_repeated
from toban.domain.policy import Policy, Profile
from toban.domain.rails import Rails

T = TypeVar("T", Policy, Profile, Rails)
DAY = 86_400
SCHEDULED_SECONDS = (180, 300)
"""Intervals that template.yaml has schedules for: every 3 and every 5 minutes."""


def read_figures(part: Section, default: T) -> T:
    """Return the class with what is written in the section; other fields keep the default's value.

    Every key of the section is taken as known or noted, those of the groups in it too.
    """
    names = [field.name for field in fields(default)]
    read = replace(default, **{name: _value(part, name, getattr(default, name)) for name in names})
    part.close()
    if isinstance(read, Rails):
        _note_contradictions(read, part)
    return read


def _value(part: Section, name: str, default: Any) -> Any:
    if isinstance(default, bool):
        return part.optional(name, _YES_OR_NO, default)
    if isinstance(default, int):
        return part.optional(name, _format(name, default), default)
    if isinstance(default, tuple):
        return _runbooks(part, name) if part.has(name) else default
    if is_dataclass(default):
        group = part.section(name)
        return read_figures(group, default) if group else default  # type: ignore[type-var]
    return default


def _format(name: str, default: int) -> Format[int]:
    if name == "interval_seconds":
        return _INTERVAL
    lowest, highest = _RANGES.get(name, (0, 30 * DAY))
    return whole_number("the value", lowest, highest, default)


def _runbooks(part: Section, name: str) -> tuple[str, ...]:
    found = part.listed(name, _RUNBOOK, required=False)
    note_repeated(found, part.notes, "The runbook", "Remove one of the two.")
    return tuple(runbook for runbook, _ in found if runbook)


def _interval(text: str) -> int:
    seconds = whole_number("an interval", 0, DAY, 180).parse(text)
    if seconds not in SCHEDULED_SECONDS:
        raise Refusal(f"No schedule runs every {seconds} seconds.", "Write 180 or 300.")
    return seconds


def _note_contradictions(rails: Rails, part: Section) -> None:
    hour, day = rails.restarts_per_unit_and_hour, rails.restarts_per_unit_and_day
    if hour > day:
        problem = f"{hour} restarts an hour cannot be more than {day} a day."
        part.note("restarts_per_unit_and_hour", problem, f"Make it at most {day}.")


_INTERVAL = Format(_interval, "180", 180)
_RUNBOOK = replace(one_of(RUNBOOKS, "rb_unit"), stand_in="")
_YES_OR_NO = yes_or_no("no")
_RANGES: Mapping[str, tuple[int, int]] = {
    "recheck_interval_seconds": (1, 3_600),
    "strikes_to_confirm": (1, 10),
    "duplicate_wait_seconds": (0, 600),
    "collect_cap_seconds": (5, 300),
    "verify_interval_seconds": (1, 600),
    "verify_successes": (1, 20),
    "verify_tries": (1, 20),
    "turn_seconds": (60, DAY),
    "late_probe_seconds": (1, 300),
    "ring_seconds": (5, 60),
    "answer_grace_seconds": (0, 30),
    "talk_seconds": (30, 900),
    "call_look_seconds": (1, 30),
    "call_cap_seconds": (60, 3_600),
    "concurrent_calls": (1, 100),
    "chain_seconds": (300, DAY),
    "progress_seconds": (300, DAY),
    "restarts_per_unit_and_hour": (0, 20),
    "restarts_per_unit_and_day": (0, 100),
    "runs_per_server_and_day": (0, 100),
    "storm_servers": (1, 10_000),
    "storm_seconds": (10, 3_600),
    "failures_to_disarm": (1, 20),
    "repairs_to_call": (1, 100),
    "repairs_to_call_days": (1, 90),
    "approval_seconds": (30, DAY),
}
"""Lowest and highest value; a limit of 0 in the rails means that nothing is repaired."""
