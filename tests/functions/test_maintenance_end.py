"""The end of a window: all is checked at once, and what fails is at strike 1 (clause C-5)."""

import pytest

from contract.await_window_end import handler as await_window_end
from contract.read_window import handler as read_window
from escalate.await_deferral_end import handler as await_deferral_end
from probe.check_after_maintenance import handler as check_after_maintenance
from tests.functions.acme import HTTP, MYSQL, SERVER, confirmed
from tests.functions.announcing import all_refusing, ask, events, executions, planned
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.check import Check
from toban.domain.contract import Server
from toban.domain.policy import PORT_PROCESS
from toban.domain.shards import shard_group
from toban.store import ended, shards, states
from toban.store.documents import to_document


@pytest.fixture
def down(machines: None, rule_clock: RuleClock, nobody_listens: int) -> Server:
    return all_refusing(nobody_listens)


@pytest.mark.clause("C-5")
def test_all_monitors_are_checked_at_the_end_and_what_fails_is_at_strike_1(
    rule_clock: RuleClock, down: Server
) -> None:
    window_id = planned(minutes=60)
    rule_clock.pass_by(3_600)

    found = check_after_maintenance({"window_id": window_id}, None)

    shard = f"{shard_group(SERVER, PORT_PROCESS)}.shard-000"
    assert sorted(found["failing"]) == [HTTP, MYSQL]
    assert states.unwell(shard).keys() == {HTTP, MYSQL}
    assert len(executions("confirm")) == 2
    assert "maintenance over" in events(window_id)


def test_a_check_at_the_end_that_is_repeated_starts_nothing_twice(
    rule_clock: RuleClock, down: Server
) -> None:
    window_id = planned(minutes=60)
    rule_clock.pass_by(3_600)
    check_after_maintenance({"window_id": window_id}, None)
    rule_clock.pass_by(20)
    check_after_maintenance({"window_id": window_id}, None)

    assert len(executions("confirm")) == 2


def test_what_another_window_covers_is_left_to_the_end_of_that_one(
    rule_clock: RuleClock, down: Server
) -> None:
    window_id = planned(minutes=60)
    planned(minutes=120, monitor_ids=["mysql"])
    rule_clock.pass_by(3_600)

    assert check_after_maintenance({"window_id": window_id}, None) == {"failing": [HTTP]}


@pytest.mark.clause("C-5")
def test_an_incident_from_before_the_window_is_told_to_look_again_at_its_end(
    rule_clock: RuleClock, down: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        "probe.check_after_maintenance.complete", lambda token, _: told.append(token)
    )
    incident = admit(confirmed(HTTP, rule_clock()))
    rule_clock.pass_by(60)
    window_id = planned(minutes=60)
    await_deferral_end({"incident": to_document(incident), "token": "waiting"}, None)
    rule_clock.pass_by(3_600)

    check_after_maintenance({"window_id": window_id}, None)

    assert told == ["waiting"]


def test_a_window_that_never_began_checks_nothing(rule_clock: RuleClock, down: Server) -> None:
    window_id = planned(starts_at="2026-11-24 02:00", minutes=60)
    ask("cancel", window_id=window_id)

    assert check_after_maintenance({"window_id": window_id}, None) == {"failing": []}


def test_a_monitor_that_no_shard_probes_is_not_suspected(
    rule_clock: RuleClock, down: Server
) -> None:
    elsewhere: list[Check] = []
    shards.save({f"{shard_group(SERVER, PORT_PROCESS)}.shard-000": elsewhere})
    window_id = planned(minutes=60)
    rule_clock.pass_by(3_600)

    check_after_maintenance({"window_id": window_id}, None)

    assert executions("confirm") == []


def test_the_execution_reads_how_long_the_window_has_still_to_run(
    rule_clock: RuleClock, down: Server
) -> None:
    window_id = planned(minutes=60)
    rule_clock.pass_by(3_599.5)

    before = read_window({"window_id": window_id}, None)
    rule_clock.pass_by(0.5)
    after = read_window({"window_id": window_id}, None)

    assert (before["over"], before["seconds"]) == (False, 1)
    assert after["over"] is True


@pytest.mark.clause("C-7")
def test_the_execution_of_a_window_that_was_forgotten_with_its_customer_has_nothing_to_do(
    rule_clock: RuleClock, down: Server
) -> None:
    window_id = planned(starts_at="2027-05-01 02:00", minutes=60)
    ended.forget("acme")

    found = read_window({"window_id": window_id}, None)

    assert (found["forgotten"], found["window_id"]) == (True, window_id)


def test_a_window_that_is_not_found_although_its_customer_is_known_is_a_fault(down: Server) -> None:
    with pytest.raises(LookupError):
        read_window({"window_id": f"{SERVER}.maintenance.20270430T170000Z"}, None)


def test_a_change_before_the_token_was_left_is_not_missed(
    rule_clock: RuleClock, down: Server
) -> None:
    window_id = planned(minutes=60)
    known = read_window({"window_id": window_id}, None)
    waiting = await_window_end({**known, "token": "one"}, None)
    ask("extend", window_id=window_id, minutes=30)

    assert waiting == {"waiting": True}
    assert await_window_end({**known, "token": "two"}, None) == {"waiting": False}
