"""`toban sheet` on a terminal: what it says next can be pasted as it stands."""

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contract import read_hearing_sheet
from infra.local.command import main
from infra.local.commands import sheet_accept, sheet_plan
from infra.local.commands.apply import apply
from tests.functions.agreeing import TUESDAY_IN_TOKYO
from tests.functions.conftest import RuleClock
from tests.unit.acme_sheet import ACME, read
from toban.domain.acceptance import Acceptance, CallState, ContactAcceptance
from toban.domain.policy import Policy
from toban.store import revisions
from toban.store.documents import to_document
from toban.store.tables import InForceItem

pytestmark = pytest.mark.usefixtures("aws")


def _pasted(line: str) -> list[str]:
    """Return the arguments of the command that the line names."""
    command = shlex.split(line.partition(": ")[2])
    assert command[0] == "toban"
    return command[1:]


@pytest.mark.parametrize("waived", [(), ("--at-once",)], ids=["on its day", "at once"])
def test_the_command_that_a_plan_names_agrees_to_that_very_plan(
    waived: tuple[str, ...],
    tmp_path: Path,
    rule_clock: RuleClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO
    file = tmp_path / "アクメ ヒアリングシート.yaml"
    file.write_text(ACME, encoding="utf-8")
    asked: list[str | None] = []

    def ask(_: str, event: Mapping[str, Any], endpoint: str | None, *_more: object) -> Any:
        asked.append(endpoint)
        return read_hearing_sheet.handler(dict(event), None)

    monkeypatch.setattr(sheet_plan, "ask", ask)

    main(["sheet", "plan", str(file), *waived, "--endpoint", "aws"])
    status = main(_pasted(capsys.readouterr().out.splitlines()[-1]))

    assert (status, asked) == (0, ["aws", "aws"])
    assert capsys.readouterr().out.splitlines()[-1].startswith("Agreed: ")


def test_the_command_for_after_the_test_calls_asks_at_the_same_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, signed = tmp_path / "アクメ ヒアリングシート.yaml", tmp_path / "to sign.html"
    file.write_text(ACME, encoding="utf-8")
    called = (ContactAcceptance("sent", CallState.UNDER_WAY),)
    found = to_document(Acceptance("acme", TUESDAY_IN_TOKYO, (), called))
    answer = {"mistakes": [], "acceptance": found, "sign_off": "<html>", "key": "accept/x/a b.yaml"}
    asked: list[tuple[Any, str | None]] = []

    def ask(_: str, event: Mapping[str, Any], endpoint: str | None, *_more: object) -> Any:
        asked.append((event.get("key"), endpoint))
        return answer

    monkeypatch.setattr(sheet_accept, "ask", ask)

    main(["sheet", "accept", str(file), "--call", "--out", str(signed), "--endpoint", "aws"])
    signed.unlink()
    main(_pasted(capsys.readouterr().out.splitlines()[-1].partition(". ")[2]))

    assert asked == [(None, "aws"), ("accept/x/a b.yaml", "aws")]
    assert signed.exists()


def test_what_a_start_puts_in_force_counts_from_the_day_at_the_office(
    rule_clock: RuleClock,
) -> None:
    rule_clock.at = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # the 25th in Tokyo

    apply([read(ACME)], Policy())

    [item] = InForceItem.query(revisions.IN_FORCE)
    assert item.document["since"] == "2026-11-25"


@pytest.mark.clause("C-7")
def test_a_notice_that_is_given_twice_names_no_second_end(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO
    apply([read(ACME)], Policy())

    def ask(_: str, event: Mapping[str, Any], *_more: object) -> Any:
        return read_hearing_sheet.handler(dict(event), None)

    monkeypatch.setattr(sheet_plan, "ask", ask)

    main(["sheet", "end", "acme", "--noticed", "2026-10-30"])
    assert "Agreed: nothing is watched from 2026-12-01 on.\n" in capsys.readouterr().out
    main(["sheet", "end", "acme"])
    assert "Agreed" not in capsys.readouterr().out
