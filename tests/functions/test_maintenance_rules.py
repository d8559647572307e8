"""Maintenance that comes back: in the customer's zone, with regard to holidays (clause C-5)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contract.plan_next_window import handler as plan_next_window
from tests.functions.acme import SERVER, sign
from tests.functions.announcing import ask, executions
from tests.functions.conftest import RuleClock
from toban.domain.revision import Terms
from toban.holidays import is_holiday
from toban.store import contracts, maintenance, revisions

SUNDAYS = {"weekdays": ["sun"], "starts": "02:00", "minutes": 60}
MONDAYS = {"weekdays": ["mon"], "starts": "02:00", "minutes": 60}
SUNDAY_RULE = "acme.web01.maintenance.sun.0200"


@pytest.fixture(autouse=True)
def _acme(machines: None, rule_clock: RuleClock) -> None:
    sign()


def first_of(recurrence: dict[str, Any]) -> str:
    """Plan maintenance that comes back; return its first window."""
    answer = ask("plan", recurrence=recurrence)
    assert answer["mistakes"] == []
    return str(answer["windows"][0]["window_id"])


def starts_of(window_id: str) -> datetime:
    window = maintenance.get(window_id)
    assert window is not None
    return window.starts_at


def next_of(window_id: str) -> str:
    return str(plan_next_window({"window_id": window_id}, None)["window_id"])


@pytest.mark.clause("C-5")
def test_the_first_window_is_the_next_in_the_customers_week() -> None:
    first = first_of(SUNDAYS)

    assert starts_of(first) == datetime(2026, 11, 28, 17, 0, tzinfo=UTC)
    assert executions("maintenance") == [first]
    assert [rule.rule_id for rule in maintenance.rules(SERVER)] == [SUNDAY_RULE]


@pytest.mark.clause("C-5")
def test_the_end_of_a_window_plans_the_next_once(rule_clock: RuleClock) -> None:
    first = first_of(SUNDAYS)
    rule_clock.at = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)

    second = next_of(first)

    assert starts_of(second) == datetime(2026, 12, 5, 17, 0, tzinfo=UTC)
    assert next_of(first) == second
    assert executions("maintenance") == [first, second]


def test_a_window_that_was_cancelled_is_followed_by_the_next_and_not_by_itself() -> None:
    first = first_of(SUNDAYS)
    ask("cancel", window_id=first)

    assert starts_of(next_of(first)) == datetime(2026, 12, 5, 17, 0, tzinfo=UTC)


def test_a_rule_asked_for_twice_is_one_rule_with_one_window() -> None:
    assert first_of(SUNDAYS) == first_of(SUNDAYS)
    assert len(executions("maintenance")) == 1


def test_a_rule_with_other_terms_is_refused_while_the_first_stands() -> None:
    first_of(SUNDAYS)

    (mistake,) = ask("plan", recurrence={**SUNDAYS, "minutes": 90})["mistakes"]

    assert "cancel it first" in mistake


@pytest.mark.clause("C-5")
def test_a_cancelled_rule_brings_no_further_window() -> None:
    first = first_of(SUNDAYS)

    answer = ask("cancel", window_id=SUNDAY_RULE)

    assert [each["phase"] for each in answer["windows"]] == ["cancelled"]
    assert next_of(first) == ""
    assert ask("list")["rules"] == []


def test_a_single_window_at_the_same_time_leaves_the_rule_alone(rule_clock: RuleClock) -> None:
    single = ask("plan", starts_at="2026-11-29 02:00", minutes=30)["windows"][0]["window_id"]

    first = first_of(SUNDAYS)

    assert first != single
    assert len(ask("list")["windows"]) == 2


@pytest.mark.clause("C-5")
def test_a_public_holiday_is_skipped_or_added(rule_clock: RuleClock) -> None:
    rule_clock.at = datetime(2027, 1, 5, 0, 0, tzinfo=UTC)  # Monday the 11th is Coming of Age Day

    skipped = first_of({**MONDAYS, "holidays": "skip"})
    added = first_of({**SUNDAYS, "starts": "04:00", "holidays": "also"})

    assert starts_of(skipped).date() == date(2027, 1, 17)
    assert starts_of(added).date() == date(2027, 1, 9)
    rule_clock.at = datetime(2027, 1, 9, 20, 0, tzinfo=UTC)
    assert starts_of(next_of(added)).date() == date(2027, 1, 10)


@pytest.mark.clause("C-5")
def test_the_providers_own_days_are_holidays(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVIDER_HOLIDAYS", "12-29,2026-11-30")

    assert starts_of(first_of({**MONDAYS, "holidays": "skip"})).date() == date(2026, 12, 6)
    assert is_holiday(date(2031, 12, 29))
    assert not is_holiday(date(2027, 11, 30))


HOLIDAYS_2027 = {
    (1, 1), (1, 11), (2, 11), (2, 23), (3, 21), (3, 22), (4, 29), (5, 3), (5, 4), (5, 5), (7, 19),
    (8, 11), (9, 20), (9, 23), (10, 11), (11, 3), (11, 23),
}  # fmt: skip
"""As the Cabinet Office has announced them
(https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html).
"""


def test_the_holidays_are_those_that_the_government_announced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PROVIDER_HOLIDAYS", raising=False)
    new_year = date(2027, 1, 1)
    days = (new_year + timedelta(days=number) for number in range(365))

    assert {(day.month, day.day) for day in days if is_holiday(day)} == HOLIDAYS_2027


@pytest.mark.clause("C-7")
def test_a_server_that_has_left_the_contract_has_no_further_window(rule_clock: RuleClock) -> None:
    first = first_of(SUNDAYS)
    revisions.begin_with(Terms(contracts.customer("acme"), ()), date(2026, 11, 28))
    rule_clock.at = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)

    assert next_of(first) == ""
    assert maintenance.rules(SERVER) == []
