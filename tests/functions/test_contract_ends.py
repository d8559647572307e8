"""Notice is given, late, early or again, and the contract ends with its month (clause C-7)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contract import apply_due_changes
from contract.plan_words import told
from tests.functions.agreeing import (
    MORE,
    TUESDAY_IN_TOKYO,
    apply_due,
    ask,
    in_force_now,
    watched,
)
from tests.functions.conftest import RuleClock
from tests.unit.acme_sheet import ACME
from toban.store import contracts, revisions
from toban.store.tables import ContractItem

pytestmark = [pytest.mark.usefixtures("aws", "machines"), pytest.mark.clause("C-7")]
WITHDRAWN = "  the notice that was given no longer holds: the contract goes on"


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO
    monkeypatch.setenv("CONTRACT_DAYS", "90")


def _ends(**notice: Any) -> str:
    answer = ask("apply", end_of="acme", **notice)
    assert answer["applied"]
    return str(answer["plan"]["effective_on"])


def _refused(**notice: Any) -> str:
    (mistake,) = ask("apply", end_of="acme", **notice)["mistakes"]
    return str(mistake)


def test_a_contract_ends_by_itself_with_the_month_after_the_notice(rule_clock: RuleClock) -> None:
    in_force_now(ACME)

    answer = ask("apply", end_of="acme")

    assert answer["plan"]["effective_on"] == "2027-01-01"
    rule_clock.at = datetime(2026, 12, 31, 14, 0, tzinfo=UTC)
    assert not apply_due()
    assert watched() == {"ssh", "http", "disk"}
    rule_clock.at = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    assert apply_due() == ["acme 2027-01-01"]
    assert not watched()


def test_what_is_known_of_a_customer_is_deleted_when_its_term_is_over(
    rule_clock: RuleClock,
) -> None:
    in_force_now(ACME)
    ask("apply", end_of="acme")
    rule_clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    apply_due()

    rule_clock.at = datetime(2027, 4, 1, tzinfo=UTC)
    apply_due()
    assert contracts.servers("acme")
    rule_clock.at = datetime(2027, 4, 2, tzinfo=UTC)
    assert apply_due_changes.handler({}, None)["deleted"] == ["acme"]
    assert not list(ContractItem.query("acme"))
    assert not revisions.all_in_force()


def test_a_contract_that_has_not_begun_can_be_ended(rule_clock: RuleClock) -> None:
    ask("apply", f"start: 2027-03-01\n{ACME}")
    rule_clock.pass_by(60)

    _ends()

    rule_clock.at = datetime(2027, 3, 1, tzinfo=UTC)
    apply_due()
    assert not watched()


def test_a_notice_of_the_last_business_day_counts_when_it_is_entered_in_the_next_month(
    rule_clock: RuleClock,
) -> None:
    in_force_now(ACME)
    rule_clock.at = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)

    assert _ends(noticed="2026-11-30") == "2027-01-01"


def test_a_notice_can_be_for_a_later_month() -> None:
    in_force_now(ACME)

    assert _ends(until="2027-03-31") == "2027-04-01"


def test_a_later_end_than_the_one_that_was_agreed_needs_the_sheet_again() -> None:
    in_force_now(ACME)
    _ends()

    assert _refused(until="2027-03-31") == (
        "Notice was given already: nothing is watched from 2027-01-01 on. To end it later, hand "
        "its sheet in again first, which withdraws that notice."
    )
    assert _ends(until="2026-12-31") == "2027-01-01"


def test_a_notice_that_has_not_arrived_or_whose_end_is_over_is_refused() -> None:
    in_force_now(ACME)

    assert _refused(noticed="2026-11-25") == (
        "A notice of 2026-11-25 has not arrived yet. Write today, 2026-11-24, or an earlier day."
    )
    assert _refused(noticed="2026-09-30") == (
        "A notice of 2026-09-30 would have ended the contract with 2026-10-31, which is over. "
        "Write 2026-10-01 or a later day."
    )
    assert watched()


def test_a_plan_says_that_it_withdraws_the_notice_which_can_be_given_again(
    rule_clock: RuleClock,
) -> None:
    in_force_now(ACME)
    _ends()
    rule_clock.at = datetime(2026, 12, 8, 2, 0, tzinfo=UTC)

    assert WITHDRAWN in "\n".join(told(ask("plan", MORE)["plan"]))
    ask("apply", MORE)
    rule_clock.pass_by(60)
    assert _ends(noticed="2026-11-24") == "2027-01-01"

    rule_clock.at = datetime(2026, 12, 9, 2, 0, tzinfo=UTC)
    apply_due()
    assert watched() == {"ssh", "http", "disk", "cpu"}
    rule_clock.at = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    apply_due()
    assert not watched()


def test_a_notice_that_a_change_overtakes_is_refused_as_stale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_force_now(ACME)
    terms_on = revisions.terms_on

    def overtaken(*asked: Any) -> Any:
        monkeypatch.setattr(revisions, "terms_on", terms_on)
        found = terms_on(*asked)
        assert ask("apply", MORE)["applied"]
        return found

    monkeypatch.setattr(revisions, "terms_on", overtaken)

    assert "stale" in _refused()
    assert [each.terms.servers != () for each in revisions.pending("acme")] == [True]


def test_a_customer_who_comes_back_withdraws_no_notice(rule_clock: RuleClock) -> None:
    in_force_now(ACME)
    _ends()
    rule_clock.at = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    apply_due()

    assert WITHDRAWN not in "\n".join(told(ask("plan")["plan"]))


def test_the_end_of_a_contract_that_nobody_has_is_refused() -> None:
    (mistake,) = ask("apply", end_of="nobody")["mistakes"]

    assert "nobody" in mistake
