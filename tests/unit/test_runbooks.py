"""The runbooks as data: complete, in a safe order, and documented."""

from pathlib import Path

import pytest

from infra.local.runbook_table import document
from respond.steps import STEPS
from toban.catalogue.runbooks import runbooks
from toban.domain.consent import Consent
from toban.domain.repair import CHANGES, StepName

GUARDS = {StepName.CHECK_PEOPLE, StepName.CHECK_CLUSTER, StepName.TEST_CONFIG}
EVERY = sorted(runbooks())


def changing(key: str) -> list[StepName]:
    return [step for step in runbooks()[key].steps if step in CHANGES]


@pytest.mark.clause("P-1")
@pytest.mark.parametrize("key", EVERY)
def test_every_step_can_be_carried_out(key: str) -> None:
    assert set(runbooks()[key].steps) <= set(STEPS)


def test_every_step_that_can_be_carried_out_is_in_some_runbook() -> None:
    named = {step for procedure in runbooks().values() for step in procedure.steps}

    assert set(STEPS) == named


@pytest.mark.clause("P-10")
@pytest.mark.parametrize("key", EVERY)
def test_what_a_runbook_changes_is_what_it_says(key: str) -> None:
    allowed = set(runbooks()[key].changes)
    implied = {StepName.START} if StepName.RESTART in changing(key) else set()

    assert set(changing(key)) | implied == allowed


@pytest.mark.clause("P-10")
@pytest.mark.parametrize("key", [key for key in EVERY if changing(key)])
def test_people_are_looked_for_before_any_change(key: str) -> None:
    steps = runbooks()[key].steps
    first = min(steps.index(step) for step in changing(key))

    assert StepName.CHECK_PEOPLE in steps[:first]


@pytest.mark.clause("P-10")
@pytest.mark.parametrize("key", [key for key in EVERY if StepName.RESTART in changing(key)])
def test_a_restart_comes_after_every_guard_and_the_evidence(key: str) -> None:
    before = set(runbooks()[key].steps[: runbooks()[key].steps.index(StepName.RESTART)])

    wanted = {StepName.READ_STATE, StepName.CHECK_SPACE, StepName.SAVE_EVIDENCE}
    assert before >= GUARDS | wanted
    assert before & {StepName.PROBE_LOCALLY, StepName.ASK_PAGE}


@pytest.mark.clause("P-10")
def test_only_the_cleaning_of_a_disk_needs_a_consent_that_the_sheet_can_give() -> None:
    consents = {key: each.consent for key, each in runbooks().items() if each.consent}

    assert consents == {"rb_disk": "clean"}
    assert not any(Consent().given(consent) for consent in consents.values())


def test_the_document_is_what_the_data_says() -> None:
    """Write it again with: .venv/bin/python -m infra.local.runbook_table > docs/runbooks.md"""
    page = Path(__file__).parents[2] / "docs/runbooks.md"

    assert page.read_text(encoding="utf-8") == document()
