"""One run of a runbook: how far it has come, what it was told, what it has changed."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

from respond.diagnostics import examine_set
from respond.guards import GuardAnswer
from respond.outside import Knock
from respond.shell import CommandResult, Shell, enter, wrap
from respond.target import Target
from toban.domain.contract import Monitor, Server
from toban.domain.repair import Finding, HoldReason, RepairReport, StepName, StepReport
from toban.domain.work import unit_of

DETAIL_LIMIT = 500
_EVIDENCE_SECONDS = 30.0
_ASK_SECONDS = 15
_ASK_LIMIT = 128 * 1024

Claimant = Callable[[str], HoldReason]
"""Asked right before a change, with the unit's name: NONE grants it, once; anything else is why it
may not be made.
"""


class HeldBackError(Exception):
    """A step holds the runbook back: nothing is changed from here on."""

    def __init__(self, hold: HoldReason) -> None:
        super().__init__(str(hold))
        self.hold = hold


class EnoughError(Exception):
    """What was changed already is enough: the rest of the runbook is not needed."""


@dataclass(frozen=True, slots=True)
class RepairAttempt:
    """What was done, and what was seen at the same time."""

    report: RepairReport
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Course:
    """What the steps share. `monitor` is the one worked for; `unit` what was changed last;
    `outside` what answered from here.

    `acting` is the change under way, `failed` whether it ended badly; a change counts as made from
    the moment it is sent.
    """

    server: Server
    monitor: Monitor
    secret: Callable[[str], str]
    claim: Claimant
    now: Callable[[], datetime]
    steps: list[StepReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    current: StepName = StepName.LOG_IN
    acting: StepName | None = None
    changed: bool = False
    failed: bool = False
    unit: str = ""
    outside: tuple[Knock, ...] = ()
    _target: Target | None = None
    _shell: Shell | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.unit = self.unit or unit_of(self.monitor)

    def enter(self, server: Server) -> Shell:
        """Log in to the server as it is given; raises ShellError."""
        self._shell = self._open.enter_context(enter(server, self.secret))
        return self._shell

    def close(self) -> None:
        """Close the connections."""
        self._open.close()

    @property
    def shell(self) -> Shell:
        """The server that an earlier step has entered."""
        if self._shell is None:
            raise LookupError(f"{self.current} needs log_in before it")
        return self._shell

    @property
    def target(self) -> Target:
        """The unit that an earlier step has found."""
        if self._target is None:
            raise LookupError(f"{self.current} needs pick_unit before it")
        return self._target

    @target.setter
    def target(self, found: Target) -> None:
        self._target = found

    def note(self, step: StepName, passed: bool, words: str) -> None:
        """Report a step with the server's own words, which are redacted already."""
        self.steps.append(StepReport(step, self.now(), passed, words.strip()[:DETAIL_LIMIT]))

    def heed(self, step: StepName, answer: GuardAnswer) -> None:
        """Report what a guard answered, and hold back where it says so."""
        self.note(step, answer.hold is HoldReason.NONE, answer.words)
        if answer.hold is not HoldReason.NONE:
            raise HeldBackError(answer.hold)

    def look(self, name: str, variables: dict[str, str] | None = None) -> None:
        """Keep a set of the catalogue's inspections, for example "unit", as findings."""
        known = self._variables() | (variables or {})
        self.findings += examine_set(self.shell, name, known, _EVIDENCE_SECONDS)

    def ask(
        self, script: str, seconds: int = _ASK_SECONDS, variables: dict[str, str] | None = None
    ) -> CommandResult:
        """Run a script on the server, with the unit's variables where one was found."""
        command = wrap(script, self._variables() | (variables or {}), seconds)
        return self.shell.run(command, seconds + 2, _ASK_LIMIT)

    def _variables(self) -> dict[str, str]:
        sudo = self.shell.sudo
        return self._target.variables(sudo) if self._target else {"SUDO": sudo.strip()}

    def claim_change(self, step: StepName) -> None:
        """Ask for the one change of the unit; from here on it is what the run is about."""
        self.unit = unit_of(self.monitor)
        if (refusal := self.claim(self.unit)) is not HoldReason.NONE:
            self.heed(step, GuardAnswer(refusal, str(refusal)))
