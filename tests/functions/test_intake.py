"""What is dropped into the intake bucket: planned or applied, answered beside it and by mail."""

import logging
from typing import Any

import pytest

from contract.form import blank_form
from contract.sheet import parse_sheet
from contract.workbook_file import MOST_BYTES
from tests.functions.agreeing import MORE, TUESDAY_IN_TOKYO
from tests.functions.conftest import RuleClock
from tests.functions.intake_bucket import bucket, drop, put, text_of, told_of
from tests.functions.mailing import PostOffice, office
from tests.unit.acme_sheet import ACME
from toban.store import revisions

__all__ = ["bucket", "office"]

OPERATOR = "operator@msp.example"
NOTHING_CHANGES = "acme: nothing changes, all of this is agreed already.\n"
STRANGE = {
    "no-folder": "sheet.yaml",
    "unknown-folder": "other/sheet.yaml",
    "no-plan": "apply/tomorrow/sheet.yaml",
    "too-deep": "plan/a/b/sheet.yaml",
    "climbing": "plan/../apply/sheet.yaml",
    "unprintable": "apply/\x1b[2J\u202esheet.yaml",
    "too-long": "apply/" + "x" * 900,
}


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO
    monkeypatch.setenv("CONTRACT_DAYS", "90")


def _plan_id(result: str) -> str:
    (line,) = [each for each in result.splitlines() if each.startswith("Plan ")]
    return line.removeprefix("Plan ")


@pytest.mark.clause("C-2")
def test_a_sheet_in_plan_is_planned_and_changes_nothing(bucket: str) -> None:
    result = drop(bucket, "plan/acme.yaml")

    assert result.splitlines()[0] == "acme: from 2026-11-25 on"
    assert "  + monitor acme.web01.ssh  (mail after 2.5 to 6.5 min)" in result.splitlines()
    assert f"To agree: drop the same file as apply/{_plan_id(result)}/acme.yaml" in result
    assert text_of(bucket, "result/plan/acme.yaml.txt") == result
    assert revisions.standing("acme") == ""


@pytest.mark.clause("C-2", "C-4")
def test_a_sheet_in_apply_is_agreed_to(bucket: str) -> None:
    result = drop(bucket, "apply/acme.yaml")

    assert result.splitlines()[-1] == "Agreed: in force from 2026-11-25 on."
    (revision,) = revisions.pending()
    assert revision.customer_id == "acme"
    assert revision.requested_by.startswith("intake bucket, version ")


@pytest.mark.clause("P-4", "C-2")
def test_a_plan_warns_of_the_times_at_which_nobody_may_be_telephoned(bucket: str) -> None:
    by_day = ACME.replace("8\n  - name", "8\n    hours: 平日 9:00-18:00\n  - name").replace(
        "5678\nservers", "5678\n    hours: daily 18:00-9:00\nservers"
    )

    lines = drop(bucket, "plan/acme.yaml", by_day).splitlines()

    warned = lines.index(
        "  warning: there are times at which nobody may be telephoned (Asia/Tokyo):"
    )
    assert lines[warned + 1] == "      sat/sun/holiday 09:00-18:00"
    assert lines[warned + 2].startswith("Plan ")
    assert "warning" not in drop(bucket, "plan/acme.yaml")


def test_the_plan_that_was_read_is_the_plan_that_is_applied(bucket: str) -> None:
    plan_id = _plan_id(drop(bucket, "plan/acme.yaml"))

    assert "Agreed:" in drop(bucket, f"apply/{plan_id}/acme.yaml")

    assert len(revisions.pending()) == 1


def test_a_plan_that_went_stale_is_refused(bucket: str) -> None:
    plan_id = _plan_id(drop(bucket, "plan/acme.yaml", MORE))
    drop(bucket, "apply/acme.yaml")
    stands = revisions.standing("acme")

    result = drop(bucket, f"apply/{plan_id}/acme.yaml", MORE)

    assert "went stale" in result
    assert revisions.standing("acme") == stands


def test_all_mistakes_stand_in_the_result_and_nothing_changes(bucket: str) -> None:
    broken = ACME.replace("plan: respond", "plan: gold").replace("- ssh", "- shh")

    result = drop(bucket, "apply/acme.yaml", broken)

    assert "gold" in result
    assert "shh" in result
    assert result.splitlines()[-1] == "Nothing was changed."
    assert revisions.standing("acme") == ""


def test_mistakes_in_a_form_name_its_cells(bucket: str) -> None:
    assert "顧客 表.xlsx:" in drop(bucket, "plan/顧客 表.xlsx", blank_form("ja"))


def test_the_operators_get_the_result_by_mail(bucket: str, office: PostOffice) -> None:
    result = drop(bucket, "apply/acme.yaml")

    (mail,) = office.to(OPERATOR)
    assert "ヒアリングシートの受付結果" in mail.splitlines()[0]
    assert "result/apply/acme.yaml.txt" in mail
    assert result.splitlines()[-1] in mail


def test_an_event_that_comes_twice_is_taken_in_once(bucket: str, office: PostOffice) -> None:
    first = drop(bucket, "apply/acme.yaml")

    assert not told_of("apply/acme.yaml")["done"]

    assert text_of(bucket, "result/apply/acme.yaml.txt") == first
    assert len(office.to(OPERATOR)) == len(revisions.pending()) == 1


def test_the_same_file_dropped_again_is_planned_again(bucket: str, office: PostOffice) -> None:
    drop(bucket, "plan/acme.yaml")
    drop(bucket, "apply/acme.yaml")

    assert drop(bucket, "plan/acme.yaml") == NOTHING_CHANGES

    assert len(office.to(OPERATOR)) == 3


def test_a_late_event_never_brings_an_older_sheet_back(bucket: str) -> None:
    put(bucket, "apply/acme.yaml", ACME)
    drop(bucket, "apply/acme.yaml", MORE)

    assert not told_of("apply/acme.yaml")["done"]

    (revision,) = revisions.pending()
    assert any(each.item == "cpu" for each in revision.terms.servers[0].monitors)


def test_a_sheet_that_is_replaced_while_it_is_read_is_not_agreed_to(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "apply/acme.yaml", ACME)
    reading = "contract.handed_in.parse_sheet"

    def replaced(*arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(reading, parse_sheet)
        drop(bucket, "apply/acme.yaml", MORE)
        return parse_sheet(*arguments, **more)

    monkeypatch.setattr(reading, replaced)

    assert not told_of("apply/acme.yaml")["done"]

    (revision,) = revisions.pending()
    assert any(each.item == "cpu" for each in revision.terms.servers[0].monitors)
    assert "Agreed: " in text_of(bucket, "result/apply/acme.yaml.txt")


def test_a_call_that_died_before_its_result_was_written_is_made_good(
    bucket: str, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "apply/acme.yaml", ACME)
    with monkeypatch.context() as dying, pytest.raises(OSError, match="gone"):
        dying.setattr("toban.store.intake.save", _die)
        told_of("apply/acme.yaml")

    assert told_of("apply/acme.yaml")["done"]

    assert text_of(bucket, "result/apply/acme.yaml.txt") == NOTHING_CHANGES
    assert len(office.to(OPERATOR)) == len(revisions.pending()) == 1


def _die(*_: object) -> None:
    raise OSError("gone")


@pytest.mark.parametrize("key", STRANGE.values(), ids=STRANGE)
def test_a_name_that_asks_for_nothing_known_is_answered_and_changes_nothing(
    bucket: str, key: str
) -> None:
    put(bucket, key, ACME)
    result = told_of(key)["result"]

    assert result.startswith("result/")
    assert result.isprintable()
    assert len(text_of(bucket, result).splitlines()) == 1
    assert revisions.standing("acme") == ""


def test_a_file_that_is_too_large_is_not_read(bucket: str) -> None:
    assert "larger than 4 MiB" in drop(bucket, "apply/acme.yaml", b" " * (MOST_BYTES + 1))


def test_folders_that_the_console_makes_and_files_that_are_gone_are_left_alone(
    bucket: str, office: PostOffice
) -> None:
    put(bucket, "plan/", b"")

    assert not told_of("plan/")["done"]
    assert not told_of("plan/gone.yaml")["done"]
    assert not office.to(OPERATOR)


def test_the_log_holds_nothing_of_what_the_sheet_says(
    bucket: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        drop(bucket, "apply/taro-yamada.yaml", ACME.replace("plan: respond", "plan: gold"))

    logged = "\n".join(str(vars(record)) for record in caplog.records)
    assert "hearing sheet taken in" in logged
    assert "taro" not in logged
    assert "gold" not in logged
