"""Reads the provider's policy: the whole file, or every mistake in it and nothing else."""

from pathlib import Path

from contract.figures import read_figures
from toban.catalogue.document import Node, read_document, read_file
from toban.catalogue.mistake import MistakesError, Notes
from toban.catalogue.section import Section, section_of
from toban.domain.policy import Policy


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
    policy = read_figures(part, Policy())
    _note_contradictions(policy, part)
    notes.raise_as(PolicyError)
    return policy


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
