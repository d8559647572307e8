"""Reads the provider's policy: the whole file, or every mistake in it and nothing else."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from toban.catalogue.document import Node, read_document, read_file
from toban.catalogue.format import Format, whole_number
from toban.catalogue.mistake import MistakesError, Notes, Refusal
from toban.catalogue.section import Section, section_of
from toban.domain.policy import Policy, Profile

DAY = 86_400
SCHEDULED_SECONDS = (180, 300)
"""Intervals that template.yaml has schedules for: every 3 and every 5 minutes."""


class PolicyError(MistakesError):
    """The policy file cannot be used; nothing of it was taken."""


def read_policy(path: Path) -> Policy:
    """Return the policy in the file; keys that are not written keep the specification's figures.

    Raises PolicyError with all mistakes, also when the file cannot be opened.
    """
    notes = Notes(str(path))
    return _read(read_file(path, notes), notes)


def parse_policy(data: bytes, file: str) -> Policy:
    """Return the policy as read_policy does; `file` is its name in the mistakes."""
    notes = Notes(file)
    return _read(read_document(data, notes), notes)


def _read(root: Node | None, notes: Notes) -> Policy:
    part = section_of(root, notes, "the policy") if root else None
    if part is None:
        raise PolicyError(notes.mistakes)
    default = Policy()
    policy = Policy(
        port_process=_profile(part, "port_process", default.port_process),
        resource=_profile(part, "resource", default.resource),
        **_figures(part, default, ("port_process", "resource")),
    )
    part.close()
    _note_contradictions(policy, part)
    notes.raise_as(PolicyError)
    return policy


def _profile(policy: Section, key: str, default: Profile) -> Profile:
    part = policy.section(key)
    if part is None:
        return default
    profile = Profile(
        interval_seconds=part.optional("interval_seconds", _INTERVAL, default.interval_seconds),
        **_figures(part, default, ("interval_seconds",)),
    )
    part.close()
    return profile


def _figures(part: Section, default: Policy | Profile, others: tuple[str, ...]) -> dict[str, Any]:
    """Return every other field of the domain's class, all of them whole numbers."""
    names = [field.name for field in fields(default) if field.name not in others]
    return {name: _figure(part, name, getattr(default, name)) for name in names}


def _figure(part: Section, name: str, default: int) -> int:
    lowest, highest = _RANGES.get(name, (0, 30 * DAY))
    return part.optional(name, whole_number("the value", lowest, highest, default), default)


def _interval(text: str) -> int:
    seconds = whole_number("an interval", 0, DAY, 180).parse(text)
    if seconds not in SCHEDULED_SECONDS:
        raise Refusal(f"No schedule runs every {seconds} seconds.", "Write 180 or 300.")
    return seconds


_INTERVAL = Format(_interval, "180", 180)
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
}


def _note_contradictions(policy: Policy, part: Section) -> None:
    if policy.verify_successes > policy.verify_tries:
        problem = (
            f"{policy.verify_successes} successes cannot come from {policy.verify_tries} tries."
        )
        part.note("verify_successes", problem, 'Make "verify_tries" at least as large.')
    work = policy.collect_cap_seconds + policy.verify_interval_seconds * policy.verify_tries
    if work >= policy.turn_seconds:
        problem = f"The turn ends before collecting and verifying ({work} s) can be done."
        part.note("turn_seconds", problem, f'Make "turn_seconds" larger than {work}.')
    longest = max(policy.port_process.interval_seconds, policy.resource.interval_seconds)
    if policy.recovery_wait_seconds < longest:
        problem = "The wait for recovery ends before the next regular check."
        part.note("recovery_wait_seconds", problem, f"Make it at least {longest}.")
