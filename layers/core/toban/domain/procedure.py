"""A procedure of the customer's own (clauses M-2, M-3): agreed step by step, checked by the linter
when the sheet is read and again before it runs.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from toban.domain.command_terms import CommandTerms, Objection
from toban.domain.repair import StepName

OWN = "own"
"""The runbook of a monitor whose own procedure stands in place of the catalogue's."""


class StepKind(StrEnum):
    """What a step does: looks, changes something, or proves at the end that it helped."""

    READ = "read"
    CHANGE = "change"
    VERIFY = "verify"


STEP_NAMES = {
    StepKind.READ: StepName.OWN_READ,
    StepKind.CHANGE: StepName.OWN_CHANGE,
    StepKind.VERIFY: StepName.OWN_VERIFY,
}
"""What a step is called on the report."""


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """One command, for at most so many seconds.

    It is passed with `exit_status` and, where `expect` is not "", a line that this describes with
    the wildcards * and ?. `rollback` undoes a change whose procedure fails later.
    """

    kind: StepKind
    command: str
    timeout_seconds: int = 30
    exit_status: int = 0
    expect: str = ""
    rollback: str = ""

    def passed(self, exit_status: int | None, output: str) -> bool:
        """Tell whether the step ended as agreed; None is a command that did not end."""
        lines = output.splitlines()
        expected = not self.expect or any(fnmatchcase(line.strip(), self.expect) for line in lines)
        return exit_status == self.exit_status and expected


@dataclass(frozen=True, slots=True)
class Procedure:
    """The steps in their order, and what was agreed about them."""

    name: str
    steps: tuple[ProcedureStep, ...]
    terms: CommandTerms = field(default=CommandTerms())

    def objections(self) -> tuple[Objection, ...]:
        """Return everything that the linter has against it."""
        return tuple(found for step in self.steps for found in step_objections(step, self.terms))


def step_objections(step: ProcedureStep, terms: CommandTerms) -> tuple[Objection, ...]:
    """Return what the linter has against a step: only a change and its undoing may change."""
    from toban.domain.linter import lint  # who probes knows procedures and judges none

    changes = step.kind is StepKind.CHANGE
    own = lint(step.command, terms if changes else terms.reading())
    return own + (lint(step.rollback, terms) if step.rollback else ())
