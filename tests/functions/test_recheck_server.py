"""What a recheck before the next piece of work means for an alert."""

import pytest

from probe import recheck_server
from tests.functions.acme import HTTP, SERVER, confirmed, sign
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.observation import Observation, Reason
from toban.store import states

pytestmark = pytest.mark.usefixtures("aws")


def recheck(seen: Observation, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    completed: list[str] = []
    monkeypatch.setattr(recheck_server, "ask", lambda *_: (seen,))
    monkeypatch.setattr(recheck_server, "complete", lambda token, _: completed.append(token))
    recheck_server.handler({"server_id": SERVER, "monitor_ids": [HTTP]}, object())
    return completed


@pytest.mark.clause("P-8")
def test_what_is_well_again_has_recovered_whoever_saw_it(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign()
    admit(confirmed(HTTP, rule_clock()))
    well = Observation(HTTP, Reason.OK, rule_clock())

    assert recheck(well, monkeypatch) == []
    assert states.unwell("shard")[HTTP].recovery == well


def test_who_waits_for_the_recovery_is_told(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign()
    incident = admit(confirmed(HTTP, rule_clock()))
    states.await_recovery(HTTP, incident.incident_id, "token")

    assert recheck(Observation(HTTP, Reason.OK, rule_clock()), monkeypatch) == ["token"]


@pytest.mark.parametrize("reason", [Reason.REFUSED, Reason.BLIND])
def test_what_is_down_or_cannot_be_seen_has_not_recovered(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch, reason: Reason
) -> None:
    sign()
    admit(confirmed(HTTP, rule_clock()))

    recheck(Observation(HTTP, reason, rule_clock()), monkeypatch)

    assert states.unwell("shard")[HTTP].recovery is None
