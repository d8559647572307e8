"""What a mail tells of the steps of a first response."""

from dataclasses import replace

import pytest

from escalate.letter import compose
from tests.testdata.mail import cases, samples
from toban.domain.letters import MailKind
from toban.domain.plan import Plan
from toban.domain.repair import StepName, StepReport

TOLD = "\n".join(f"192.0.2.10 port {port} silent" for port in (22, 80, 443))


def mail_with(step: StepName, *, passed: bool) -> str:
    facts = cases.facts(MailKind.FAILURE_CONTACT, "ja", Plan.RESPOND)
    report = replace(samples.held_back(), steps=(StepReport(step, samples.SENT, passed, TOLD),))
    return compose(replace(facts, repair=report)).text


@pytest.mark.clause("P-3")
def test_what_was_seen_from_outside_is_told_port_by_port() -> None:
    text = mail_with(StepName.LOOK_OUTSIDE, passed=True)

    assert "外部からの各ポートの応答確認" in text
    assert "443" in text


def test_what_merely_went_well_takes_one_line() -> None:
    brief = mail_with(StepName.CHECK_PEOPLE, passed=True)
    failed = mail_with(StepName.CHECK_PEOPLE, passed=False)

    assert ("443" in brief, "443" in failed) == (False, True)
