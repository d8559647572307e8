"""From a hearing sheet to what is watched: planned, agreed to, in force on its day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.functions.agreeing import (
    FEWER,
    MORE,
    TUESDAY_IN_TOKYO,
    apply_due,
    ask,
    in_force_now,
    monitor_ids,
    watched,
)
from tests.functions.conftest import RuleClock
from tests.unit.acme_sheet import ACME
from toban.store import revisions, shards

pytestmark = pytest.mark.usefixtures("aws", "machines")


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO


@pytest.mark.clause("C-2")
def test_a_plan_tells_what_would_change_and_changes_nothing() -> None:
    answer = ask("plan")

    assert not answer["mistakes"]
    assert answer["plan"]["effective_on"] == "2026-11-25"
    assert {change["kind"] for change in answer["plan"]["changes"]} == {"created"}
    assert not answer["applied"]
    assert revisions.standing("acme") == ""
    assert not watched()


@pytest.mark.clause("N-6")
def test_a_plan_tells_how_soon_each_monitor_would_tell() -> None:
    seconds = ask("plan")["plan"]["detection_seconds"]

    assert seconds["acme.web01.ssh"] == (150, 390)
    assert seconds["acme.web01.disk"] == (0, 360)


@pytest.mark.clause("C-4")
def test_watching_starts_by_itself_on_the_start_date(rule_clock: RuleClock) -> None:
    ask("apply", f"start: 2026-12-01\n{ACME}")

    assert not apply_due()
    assert not watched()
    assert revisions.agreed_from("acme") == date(2026, 12, 1)
    rule_clock.at = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # midnight in Tokyo
    assert apply_due() == ["acme 2026-12-01"]
    assert revisions.agreed_from("acme") == date(2026, 12, 1)
    assert watched() == {"ssh", "http", "disk"}


@pytest.mark.clause("C-3", "C-4")
def test_a_start_date_that_is_too_early_is_told_with_the_earliest() -> None:
    (mistake,) = ask("apply", f"start: 2026-11-24\n{ACME}")["mistakes"]

    assert mistake == (
        "acme.yaml:1:8: 2026-11-24 is too early: a sheet has to arrive one business day before its "
        "start (C-4). Write 2026-11-25 or a later day."
    )
    assert revisions.standing("acme") == ""


@pytest.mark.clause("C-4")
def test_a_sheet_that_was_agreed_in_time_is_not_too_early_when_it_comes_again(
    rule_clock: RuleClock,
) -> None:
    sheet = f"start: 2026-12-01\n{ACME}"
    ask("apply", sheet)
    rule_clock.at = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)  # the office has closed

    answer = ask("apply", sheet)

    assert not answer["mistakes"]
    assert answer["applied"]
    assert not answer["plan"]["changes_anything"]
    assert answer["plan"]["effective_on"] == "2026-12-01"


@pytest.mark.clause("C-4")
def test_a_change_on_the_eve_of_the_start_is_told_its_own_day(rule_clock: RuleClock) -> None:
    ask("apply", f"start: 2026-12-01\n{ACME}")
    rule_clock.at = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)

    (mistake,) = ask("apply", f"start: 2026-12-01\n{MORE}")["mistakes"]

    assert "Write 2026-12-02 or a later day" in mistake
    assert ask("apply", f"start: 2026-12-02\n{MORE}")["applied"]
    rule_clock.at = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    assert apply_due() == ["acme 2026-12-01"]
    rule_clock.pass_by(86_400)
    assert apply_due() == ["acme 2026-12-02"]


@pytest.mark.clause("C-6")
def test_a_change_is_in_force_on_its_day_and_not_before(rule_clock: RuleClock) -> None:
    in_force_now(ACME)

    assert ask("apply", MORE)["applied"]

    assert watched() == {"ssh", "http", "disk"}
    rule_clock.at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert apply_due() == ["acme 2026-11-25"]
    assert watched() == {"ssh", "http", "disk", "cpu"}


def test_a_plan_that_went_stale_is_refused() -> None:
    seen = ask("plan", MORE)["plan"]["plan_id"]
    in_force_now(ACME)

    answer = ask("apply", MORE, plan_id=seen)

    assert "stale" in answer["mistakes"][0]
    assert not answer["applied"]
    assert watched() == {"ssh", "http", "disk"}


def test_a_plan_that_is_applied_twice_is_applied_once() -> None:
    seen = ask("plan")["plan"]["plan_id"]

    assert ask("apply", plan_id=seen)["applied"]
    assert ask("apply", plan_id=seen)["applied"]

    assert len(revisions.pending()) == 1


def test_a_sheet_with_mistakes_changes_nothing() -> None:
    in_force_now(ACME)

    answer = ask("apply", ACME.replace("plan: respond", "plan: gold"), at_once=True)

    assert "acme.yaml:" in answer["mistakes"][0]
    assert watched() == {"ssh", "http", "disk"}


def test_what_was_asked_for_last_holds_also_over_what_was_asked_for_earlier(
    rule_clock: RuleClock,
) -> None:
    in_force_now(ACME)
    ask("apply", MORE)
    rule_clock.pass_by(60)

    in_force_now(FEWER)

    rule_clock.at = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
    assert not apply_due()
    assert watched() == {"ssh", "http"}


def test_what_waits_for_its_day_can_be_put_in_force_at_once() -> None:
    in_force_now(ACME)
    ask("apply", MORE)

    answer = ask("apply", MORE, at_once=True)

    assert answer["plan"]["changes_anything"]
    assert watched() == {"ssh", "http", "disk", "cpu"}
    assert not ask("plan", MORE, at_once=True)["plan"]["changes_anything"]


def test_a_sheet_that_takes_back_what_waits_for_a_later_day_changes_something() -> None:
    in_force_now(ACME)
    ask("apply", f"start: 2026-12-01\n{MORE}")

    plan = ask("plan", ACME)["plan"]

    assert plan["changes_anything"]
    assert plan["overrides"]
    assert not ask("plan", f"start: 2026-12-01\n{MORE}")["plan"]["changes_anything"]


def test_what_somebody_puts_in_force_while_shards_are_written_is_watched_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save = shards.save
    both = ACME.replace("id: acme", "id: second").replace("/toban/acme/", "/toban/second/")

    def interrupted(compiled: Any) -> None:
        save(compiled)
        monkeypatch.setattr(shards, "save", save)
        in_force_now(both)
        save(compiled)  # of before, over what the other one has written

    monkeypatch.setattr(shards, "save", interrupted)
    in_force_now(ACME)

    assert {"acme", "second"} == {name.partition(".")[0] for name in monitor_ids()}


def test_what_was_agreed_last_holds_also_when_an_hourly_run_is_still_at_something_older(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force_now(ACME)
    ask("apply", MORE)
    rule_clock.at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # midnight in Tokyo: MORE is due
    put_in_force = revisions.put_in_force

    def interrupted(*arguments: Any) -> bool:
        monkeypatch.setattr(revisions, "put_in_force", put_in_force)
        rule_clock.pass_by(1)
        in_force_now(FEWER)
        return put_in_force(*arguments)

    monkeypatch.setattr(revisions, "put_in_force", interrupted)
    apply_due()

    assert watched() == {"ssh", "http"}
    assert not revisions.pending()
    assert not ask("plan", FEWER)["plan"]["changes_anything"]


def test_what_is_agreed_at_once_is_in_force_also_when_an_hourly_run_comes_between(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force_now(ACME)
    ask("apply", MORE)
    rule_clock.at = datetime(2026, 11, 24, 15, 0, 1, tzinfo=UTC)
    put_in_force, [more] = revisions.put_in_force, revisions.pending()

    def interrupted(*arguments: Any) -> bool:
        monkeypatch.setattr(revisions, "put_in_force", put_in_force)
        put_in_force(more, more.terms, more.effective_on, revisions.last_revisions()["acme"])
        return put_in_force(*arguments)

    monkeypatch.setattr(revisions, "put_in_force", interrupted)
    in_force_now(FEWER)

    assert watched() == {"ssh", "http"}
    assert not revisions.pending()
