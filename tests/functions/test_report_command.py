"""A customer's month, as `toban report` prints it."""

from pathlib import Path
from typing import Any

import pytest

from graphs import report_month
from infra.local import command
from infra.local.commands import report
from tests.functions.acme import HTTP, sign
from tests.functions.conftest import RuleClock
from tests.functions.test_month_report import DECEMBER, outage

pytestmark = [pytest.mark.clause("N-9"), pytest.mark.usefixtures("aws")]


@pytest.fixture(autouse=True)
def answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function answers, as behind any endpoint."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")

    def ask(function: str, event: dict[str, Any], *_: object) -> dict[str, Any]:
        assert function == "report-month"
        return report_month.handler(event, None)

    monkeypatch.setattr(report, "ask", ask)


def toban(*words: str) -> int:
    return command.main(["report", *words, "--endpoint", "aws"])


def test_the_report_is_printed_and_its_page_written(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sign(locale="en")
    outage(rule_clock, HTTP, 3_600)
    rule_clock.at = DECEMBER

    assert toban("acme", "2026-11", "--html", str(tmp_path / "november.html")) == 0
    assert "Availability 99.861 %" in capsys.readouterr().out
    assert "99.861 %" in (tmp_path / "november.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("acme", "november"), "'november' is no month: write it as 2026-11."),
        (("nobody", "2026-11"), 'There is no contract with "nobody"'),
        (("acme", "2026-11", "--html", "/nowhere/x.html"), "/nowhere/x.html cannot be written"),
    ],
)
def test_what_cannot_be_told_is_said_in_a_sentence(
    words: tuple[str, ...], said: str, rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()

    assert toban(*words) == 2
    assert capsys.readouterr().err.startswith(said)
