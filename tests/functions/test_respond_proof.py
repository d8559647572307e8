"""Which runs of a runbook the monitor has to judge, and which are undone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local.demo.servers.ssh import real_sshd
from respond import roll_back, run_runbook
from respond.login import ShellError
from tests.integration.respond_site.site import HTTP, KEY, SERVER, Site
from tests.loopback import loopback
from toban import clock
from toban.domain.incident import Incident
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.repair import HoldReason, RepairOutcome, RepairReport, StepName, StepReport
from toban.domain.runbook import EntryFailure
from toban.domain.work import Work
from toban.store import contracts, evidence, record, repairs, turns
from toban.store.documents import to_document

pytestmark = pytest.mark.usefixtures("aws", "rule_clock")
WORK = Work(HTTP, "nginx")


@pytest.fixture
def site(tmp_path: Path, aws: None) -> Iterator[Site]:
    made = Site(tmp_path / "site", loopback(65), real=bool(real_sshd()))
    boto3.client("ssm").put_parameter(Name="/toban/acme/key", Value=KEY.private, Type="String")
    contracts.save_server(made.server())
    yield made
    made.close()


def incident() -> Incident:
    name = f"{SERVER}.20261123T100001Z"
    return Incident(name, "acme", SERVER, Plan.RESPOND, clock.now(), 30, Policy())


def event() -> dict[str, Any]:
    fence = turns.take(SERVER, incident().incident_id, clock.now(), 900)
    return {"incident": to_document(incident()), "work": to_document(WORK), "fence": fence}


def started(unit: str, *steps: StepName) -> None:
    told = tuple(StepReport(step, clock.now(), True) for step in steps)
    report = RepairReport(HTTP, unit, RepairOutcome.ACTED, clock.now(), changed=True, steps=told)
    evidence.save(incident().incident_id, f"repair-{HTTP}", report)


def answering(site: Site) -> None:
    site.hang()
    site.say("curl", "#!/bin/sh\nexit 0\n")


@pytest.mark.clause("P-2")
def test_what_answers_after_a_restart_of_ours_that_was_cut_off_is_verified(site: Site) -> None:
    repairs.claim(SERVER, "nginx", incident().incident_id, clock.now(), 3600)
    answering(site)

    result = run_runbook.handler(event(), None)

    assert (result["hold"], result["changed"]) == (HoldReason.ANSWERS_LOCALLY, False)
    assert result["verify"]
    assert site.changes == []


@pytest.mark.clause("P-2")
def test_what_answers_though_nobody_has_touched_it_has_nothing_to_prove(site: Site) -> None:
    answering(site)

    assert not run_runbook.handler(event(), None)["verify"]


def test_a_service_that_we_started_is_stopped_again(site: Site) -> None:
    started("nginx", StepName.START)
    site.hang()

    assert roll_back.handler(event(), None) == {"rolled_back": True}
    assert roll_back.handler(event(), None) == {"rolled_back": True}
    assert site.changes == ["stop"]
    assert (last_step().name, last_step().passed) == ("roll_back", True)


def test_a_service_that_cannot_be_stopped_again_is_not_said_to_be(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    started("nginx", StepName.START)
    monkeypatch.setattr(roll_back, "enter", _refuses)

    assert roll_back.handler(event(), None) == {"rolled_back": False}
    assert record.events(incident().incident_id)[-1].event == "roll-back failed"


@pytest.mark.clause("P-2", "P-10")
def test_a_roll_back_cut_off_in_the_middle_is_told_as_begun_and_then_as_it_is_found(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda ends a process without a word, here when the stop is on its way."""
    started("nginx", StepName.START)
    site.hang()
    monkeypatch.setattr(roll_back, "wrap", _cut_off)
    with pytest.raises(SystemExit):
        roll_back.handler(event(), None)
    begun = last_step()
    again = [roll_back.handler(event(), None) for _ in range(2)]

    assert (begun.name, begun.passed, begun.detail) == ("roll_back", False, "interrupted")
    assert again == [{"rolled_back": False}, {"rolled_back": False}]
    assert (last_step().passed, last_step().detail) == (False, "running")
    assert record.events(incident().incident_id)[-1].event == "roll-back failed"
    assert site.changes == []


def last_step() -> StepReport:
    report = evidence.load(incident().incident_id, f"repair-{HTTP}", RepairReport)
    assert report
    return report.steps[-1]


def _cut_off(*_: object) -> None:
    raise SystemExit


def _refuses(*_: object) -> None:
    raise ShellError(EntryFailure.REFUSED, "connection refused")


@pytest.mark.parametrize(
    ("unit", "steps"),
    [
        ("shop", (StepName.START,)),
        ("nginx", (StepName.RESTART,)),
        ("nginx", (StepName.START, StepName.RESTART)),
    ],
)
def test_what_ran_before_or_stands_behind_the_service_is_never_stopped(
    site: Site, unit: str, steps: tuple[StepName, ...]
) -> None:
    started(unit, *steps)
    site.hang()

    assert roll_back.handler(event(), None) == {"rolled_back": False}
    assert site.changes == []
