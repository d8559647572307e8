"""From a hearing sheet to what is watched: planned, agreed to, in force on its day."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contract import apply_due_changes, read_hearing_sheet
from tests.functions.conftest import RuleClock
from tests.unit.acme_sheet import ACME
from toban.domain.observation import Reason
from toban.domain.transition import Condition, MonitorState
from toban.store import contracts, revisions, shards, states
from toban.store.tables import ContractItem

pytestmark = pytest.mark.usefixtures("aws")

MORE = ACME + "      - cpu\n"
FEWER = ACME.partition("      - item: disk\n")[0]
TUESDAY_IN_TOKYO = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO
    monkeypatch.setenv("CONTRACT_DAYS", "90")


def _ask(action: str, sheet: str = ACME, **more: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "action": action,
        "sheet": sheet,
        "file": "acme.yaml",
        "requested_by": "Alice",
        **more,
    }
    return read_hearing_sheet.handler(event, None)


def _apply_due() -> list[str]:
    return list(apply_due_changes.handler({}, None)["in_force"])


def _watched() -> set[str]:
    return {monitor_id.rpartition(".")[2] for monitor_id in _monitor_ids()}


def _monitor_ids() -> set[str]:
    groups = [f"every-{n}-min.phase-{phase}" for n in (3, 5) for phase in range(n)]
    return {check for group in groups for name in shards.names(group) for check in _checks(name)}


def _checks(shard: str) -> list[str]:
    return [check.monitor_id for check in shards.checks(shard)]


def _in_force_now(sheet: str) -> None:
    assert _ask("apply", sheet, at_once=True)["applied"]


@pytest.mark.clause("C-2")
def test_a_plan_tells_what_would_change_and_changes_nothing() -> None:
    answer = _ask("plan")

    assert not answer["mistakes"]
    assert answer["plan"]["effective_on"] == "2026-11-25"
    assert {change["kind"] for change in answer["plan"]["changes"]} == {"created"}
    assert not answer["applied"]
    assert revisions.standing("acme") == ""
    assert not _watched()


@pytest.mark.clause("N-6")
def test_a_plan_tells_how_soon_each_monitor_would_tell() -> None:
    seconds = _ask("plan")["plan"]["detection_seconds"]

    assert seconds["acme.web01.ssh"] == (150, 390)
    assert seconds["acme.web01.disk"] == (0, 360)


@pytest.mark.clause("C-4")
def test_watching_starts_by_itself_on_the_start_date(rule_clock: RuleClock) -> None:
    _ask("apply", f"start: 2026-12-01\n{ACME}")

    assert not _apply_due()
    assert not _watched()
    rule_clock.at = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # midnight in Tokyo
    assert _apply_due() == ["acme 2026-12-01"]
    assert _watched() == {"ssh", "http", "disk"}


@pytest.mark.clause("C-3", "C-4")
def test_a_start_date_that_is_too_early_is_told_with_the_earliest() -> None:
    answer = _ask("apply", f"start: 2026-11-24\n{ACME}")

    (mistake,) = answer["mistakes"]
    assert "2026-11-24" in mistake
    assert "2026-11-25" in mistake
    assert revisions.standing("acme") == ""


@pytest.mark.clause("C-6")
def test_a_change_is_in_force_on_its_day_and_not_before(rule_clock: RuleClock) -> None:
    _in_force_now(ACME)

    assert _ask("apply", MORE)["applied"]

    assert _watched() == {"ssh", "http", "disk"}
    rule_clock.at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert _apply_due() == ["acme 2026-11-25"]
    assert _watched() == {"ssh", "http", "disk", "cpu"}


def test_a_plan_that_went_stale_is_refused() -> None:
    seen = _ask("plan", MORE)["plan"]["plan_id"]
    _in_force_now(ACME)

    answer = _ask("apply", MORE, plan_id=seen)

    assert "stale" in answer["mistakes"][0]
    assert not answer["applied"]
    assert _watched() == {"ssh", "http", "disk"}


def test_a_plan_that_is_applied_twice_is_applied_once() -> None:
    seen = _ask("plan")["plan"]["plan_id"]

    assert _ask("apply", plan_id=seen)["applied"]
    assert _ask("apply", plan_id=seen)["applied"]

    assert len(revisions.pending()) == 1


def test_a_sheet_with_mistakes_changes_nothing() -> None:
    _in_force_now(ACME)

    answer = _ask("apply", ACME.replace("plan: respond", "plan: gold"), at_once=True)

    assert "acme.yaml:" in answer["mistakes"][0]
    assert _watched() == {"ssh", "http", "disk"}


def test_what_was_asked_for_last_holds_also_over_what_was_asked_for_earlier(
    rule_clock: RuleClock,
) -> None:
    _in_force_now(ACME)
    _ask("apply", MORE)
    rule_clock.pass_by(60)

    _in_force_now(FEWER)

    rule_clock.at = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
    assert not _apply_due()
    assert _watched() == {"ssh", "http"}


def test_what_waits_for_its_day_can_be_put_in_force_at_once() -> None:
    _in_force_now(ACME)
    _ask("apply", MORE)

    answer = _ask("apply", MORE, at_once=True)

    assert answer["plan"]["changes_anything"]
    assert _watched() == {"ssh", "http", "disk", "cpu"}
    assert not _ask("plan", MORE, at_once=True)["plan"]["changes_anything"]


def test_a_sheet_that_takes_back_what_waits_for_a_later_day_changes_something() -> None:
    _in_force_now(ACME)
    _ask("apply", f"start: 2026-12-01\n{MORE}")

    plan = _ask("plan", ACME)["plan"]

    assert plan["changes_anything"]
    assert plan["overrides"]
    assert not _ask("plan", f"start: 2026-12-01\n{MORE}")["plan"]["changes_anything"]


@pytest.mark.clause("C-6")
def test_a_monitor_that_goes_while_alerted_is_known_until_its_alert_is_closed() -> None:
    _in_force_now(ACME)
    alerted = MonitorState(
        "acme.web01.disk", Condition.ALERTED, TUESDAY_IN_TOKYO, "shard", incident_id="acme.web01.x"
    )
    states.as_item(alerted).save()

    _in_force_now(FEWER)
    assert _watched() == {"ssh", "http"}
    assert contracts.server("acme.web01").monitor("acme.web01.disk").leaving
    noted = states.get("acme.web01.disk")
    assert noted and noted.recovery and noted.recovery.reason is Reason.NOT_WATCHED
    assert not _apply_due()

    states.close("acme.web01.disk", "acme.web01.x", TUESDAY_IN_TOKYO)
    assert _apply_due() == ["acme 2026-11-24"]
    monitors = contracts.server("acme.web01").monitors
    assert {each.monitor_id for each in monitors} == {"acme.web01.ssh", "acme.web01.http"}


@pytest.mark.clause("C-7")
def test_a_paused_monitor_that_goes_is_closed_by_the_machine_that_resumes(
    rule_clock: RuleClock,
) -> None:
    _in_force_now(ACME)
    paused = MonitorState(
        "acme.web01.disk", Condition.PAUSED, TUESDAY_IN_TOKYO, "shard", incident_id="acme.web01.x"
    )
    states.as_item(paused).save()

    _in_force_now(FEWER)

    (name,) = executions("resume")
    assert name == "acme.web01.disk.20261124T020000Z"


@pytest.mark.clause("C-7")
def test_a_contract_ends_by_itself_with_the_month_after_the_notice(rule_clock: RuleClock) -> None:
    _in_force_now(ACME)

    answer = _ask("apply", end_of="acme")

    assert answer["plan"]["effective_on"] == "2027-01-01"
    rule_clock.at = datetime(2026, 12, 31, 14, 0, tzinfo=UTC)
    assert not _apply_due()
    assert _watched() == {"ssh", "http", "disk"}
    rule_clock.at = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    assert _apply_due() == ["acme 2027-01-01"]
    assert not _watched()


@pytest.mark.clause("C-7")
def test_what_is_known_of_a_customer_is_deleted_when_its_term_is_over(
    rule_clock: RuleClock,
) -> None:
    _in_force_now(ACME)
    _ask("apply", end_of="acme")
    rule_clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    _apply_due()

    rule_clock.at = datetime(2027, 4, 1, tzinfo=UTC)
    _apply_due()
    assert contracts.servers("acme")
    rule_clock.at = datetime(2027, 4, 2, tzinfo=UTC)
    assert apply_due_changes.handler({}, None)["deleted"] == ["acme"]
    assert not list(ContractItem.query("acme"))
    assert not revisions.all_in_force()


@pytest.mark.clause("C-7")
def test_the_end_of_a_contract_that_nobody_has_is_refused() -> None:
    (mistake,) = _ask("apply", end_of="nobody")["mistakes"]

    assert "nobody" in mistake


def test_what_somebody_puts_in_force_while_shards_are_written_is_watched_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save = shards.save
    both = ACME.replace("id: acme", "id: second").replace("/toban/acme/", "/toban/second/")

    def interrupted(compiled: Any) -> None:
        save(compiled)
        monkeypatch.setattr(shards, "save", save)
        _in_force_now(both)
        save(compiled)  # of before, over what the other one has written

    monkeypatch.setattr(shards, "save", interrupted)
    _in_force_now(ACME)

    assert {"acme", "second"} == {name.partition(".")[0] for name in _monitor_ids()}
