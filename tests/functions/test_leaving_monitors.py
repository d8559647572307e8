"""Monitors leave the contract while they fail: who was told of the failure is told of the end."""

import pytest

from escalate.noting_end import note_end
from tests.functions.agreeing import FEWER, TUESDAY_IN_TOKYO, apply_due, in_force_now, watched
from tests.functions.announcing import executions
from tests.functions.conftest import RuleClock
from tests.unit.acme_sheet import ACME
from toban.domain.letters import MailKind
from toban.domain.observation import Observation, Reason
from toban.domain.transition import Condition, MonitorState
from toban.store import contracts, states

pytestmark = pytest.mark.usefixtures("aws", "machines")


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO
    monkeypatch.setenv("CONTRACT_DAYS", "90")


@pytest.mark.clause("C-6")
def test_a_monitor_that_goes_while_alerted_is_known_until_its_alert_is_closed() -> None:
    in_force_now(ACME)
    alerted = MonitorState(
        "acme.web01.disk", Condition.ALERTED, TUESDAY_IN_TOKYO, "shard", incident_id="acme.web01.x"
    )
    states.as_item(alerted).save()

    in_force_now(FEWER)
    assert watched() == {"ssh", "http"}
    assert contracts.server("acme.web01").monitor("acme.web01.disk").leaving
    noted = states.get("acme.web01.disk")
    assert noted and noted.recovery and noted.recovery.reason is Reason.NOT_WATCHED
    assert not apply_due()

    states.close("acme.web01.disk", "acme.web01.x", TUESDAY_IN_TOKYO)
    assert apply_due() == ["acme 2026-11-24"]
    monitors = contracts.server("acme.web01").monitors
    assert {each.monitor_id for each in monitors} == {"acme.web01.ssh", "acme.web01.http"}


@pytest.mark.clause("C-7")
def test_a_paused_monitor_that_goes_is_closed_by_the_machine_that_resumes() -> None:
    in_force_now(ACME)
    paused = MonitorState(
        "acme.web01.disk", Condition.PAUSED, TUESDAY_IN_TOKYO, "shard", incident_id="acme.web01.x"
    )
    states.as_item(paused).save()

    in_force_now(FEWER)

    (name,) = executions("resume")
    assert name == "acme.web01.disk.20261124T020000Z"


@pytest.mark.clause("N-7", "C-6", "C-7")
@pytest.mark.parametrize("well", [MailKind.RECOVERY, MailKind.RESUMED])
def test_the_mail_that_closes_an_alert_says_whether_the_monitor_is_well_or_gone(
    well: MailKind,
) -> None:
    good, gone = (
        Observation("acme.web01.disk", reason, TUESDAY_IN_TOKYO)
        for reason in (Reason.OK, Reason.NOT_WATCHED)
    )

    assert note_end("acme.web01.20261124T020000Z", good, well) is well
    assert note_end("acme.web01.20261124T020000Z", gone, well) is MailKind.WATCH_ENDED
