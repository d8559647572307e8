"""Procedures of the customer's own over SSH (M-2), on a server that really runs the commands."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.demo.servers.ssh import real_sshd
from respond.course import RepairAttempt
from respond.own_procedure import after_the_runbook, carry_out
from tests.integration.respond_site.site import NOON, Site, secret
from tests.loopback import loopback
from toban.domain.command_terms import CommandTerms
from toban.domain.procedure import Procedure, ProcedureStep, StepKind
from toban.domain.repair import HoldReason, RepairOutcome, RepairReport, StepName


class Claims:
    """Grants each claim once, and remembers what was asked for."""

    def __init__(self, answer: HoldReason = HoldReason.NONE) -> None:
        self.asked: list[str] = []
        self._answer = answer

    def __call__(self, unit: str) -> HoldReason:
        self.asked.append(unit)
        return self._answer


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "site", loopback(72), real=bool(real_sshd()))
    yield made
    made.close()


def read(command: str, **more: object) -> ProcedureStep:
    return ProcedureStep(StepKind.READ, command, **more)  # type: ignore[arg-type]


def change(command: str, **more: object) -> ProcedureStep:
    return ProcedureStep(StepKind.CHANGE, command, **more)  # type: ignore[arg-type]


def verify(command: str, **more: object) -> ProcedureStep:
    return ProcedureStep(StepKind.VERIFY, command, **more)  # type: ignore[arg-type]


def attempt(site: Site, *steps: ProcedureStep, claim: Claims | None = None) -> RepairAttempt:
    terms = CommandTerms(changes=True, writes=(str(site.folder),))
    procedure = Procedure("mend", steps, terms)
    server = site.server()
    return carry_out(server, site.monitor(), procedure, secret, claim or Claims(), lambda: NOON)


def names(report: RepairReport) -> list[StepName]:
    return [step.name for step in report.steps]


@pytest.mark.clause("M-2")
def test_the_agreed_steps_are_taken_in_their_order_and_told(site: Site) -> None:
    claim = Claims()
    flag = site.folder / "flag"

    report = attempt(
        site,
        read(f"test -d {site.folder}"),
        change(f"echo up >{flag}"),
        change("systemctl restart nginx"),
        verify(f"cat {flag}", expect="up"),
        claim=claim,
    ).report

    assert (report.outcome, report.hold) == (RepairOutcome.ACTED, HoldReason.NONE)
    assert names(report) == [
        StepName.LOG_IN,
        StepName.CHECK_PEOPLE,
        StepName.OWN_READ,
        StepName.OWN_CHANGE,
        StepName.OWN_CHANGE,
        StepName.OWN_VERIFY,
    ]
    assert (report.unit, claim.asked) == ("mend", ["mend"])
    assert site.changes == ["stop", "start"]
    assert f"$ cat {flag}\nexit status 0\nup" in report.steps[-1].detail


@pytest.mark.clause("M-2")
def test_a_step_that_ends_otherwise_stops_the_procedure_and_undoes_what_can_be(site: Site) -> None:
    undone = site.folder / "undone"

    report = attempt(
        site,
        change("true", rollback=f"echo one >{undone}"),
        change("false", rollback=f"echo two >>{undone}"),
        change(f"touch {site.folder}/never"),
        verify("true"),
    ).report

    assert (report.outcome, report.changed) == (RepairOutcome.COMMAND_FAILED, True)
    assert names(report)[-2:] == [StepName.OWN_UNDO, StepName.OWN_UNDO]
    assert undone.read_text(encoding="utf-8") == "one\n"
    assert not (site.folder / "never").exists()


@pytest.mark.clause("M-2")
def test_a_look_that_finds_something_else_leaves_the_server_untouched(site: Site) -> None:
    claim = Claims()

    report = attempt(
        site,
        read("echo standby", expect="primary"),
        change(f"touch {site.folder}/never"),
        verify("true"),
        claim=claim,
    ).report

    assert (report.outcome, report.hold) == (RepairOutcome.HELD_BACK, HoldReason.STEP_FAILED)
    assert (report.changed, claim.asked) == (False, [])
    assert not (site.folder / "never").exists()


@pytest.mark.clause("M-3")
def test_what_the_linter_refuses_never_runs(site: Site) -> None:
    report = attempt(site, change(f"touch {site.folder}/never; kill -9 1"), verify("true")).report

    assert (report.outcome, report.hold) == (RepairOutcome.HELD_BACK, HoldReason.LINTER_REFUSED)
    assert names(report) == [StepName.OWN_READ]
    assert not (site.folder / "never").exists()


def test_a_procedure_that_the_contract_has_no_more_is_not_carried_out(site: Site) -> None:
    assert attempt(site).report.hold is HoldReason.NO_RUNBOOK


@pytest.mark.clause("M-2")
def test_nothing_is_changed_under_somebodys_hands_or_without_the_claim(site: Site) -> None:
    step = change(f"touch {site.folder}/never")
    refused = attempt(site, step, verify("true"), claim=Claims(HoldReason.RESTARTED_RECENTLY))
    site.say("ps", "#!/bin/sh\necho '? apt-get install nginx'\n")
    busy = attempt(site, step, verify("true"))

    assert refused.report.hold is HoldReason.RESTARTED_RECENTLY
    assert busy.report.hold is HoldReason.SOMEBODY_WORKS
    assert not (site.folder / "never").exists()


@pytest.mark.clause("M-2")
def test_a_step_that_does_not_end_in_time_has_failed(site: Site) -> None:
    report = attempt(site, change("sleep 30", timeout_seconds=1), verify("true")).report

    assert report.outcome is RepairOutcome.COMMAND_FAILED
    assert names(report)[-1] is StepName.OWN_CHANGE


def test_what_a_step_prints_is_redacted_on_the_report(site: Site) -> None:
    report = attempt(site, change("echo token=geheim123"), verify("true")).report

    assert "geheim123" not in str(report)


@pytest.mark.clause("M-2")
def test_a_mail_tells_of_the_runbook_and_of_the_procedure_after_it(site: Site) -> None:
    own = attempt(site, change("true"), verify("true")).report
    runbook = RepairReport("acme.web01.http", "nginx", RepairOutcome.ACTED, NOON, changed=True)

    told = after_the_runbook(runbook, own)

    assert told.steps == (*runbook.steps, *own.steps)
    assert after_the_runbook(None, own) == own
