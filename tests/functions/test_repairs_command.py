"""The operators' switches over repairs, as `toban repairs` throws them."""

import pytest

from infra.local import command
from tests.functions.acme import sign
from tests.functions.conftest import RuleClock
from toban.domain.rails import Rails
from toban.store import contracts, rails

pytestmark = pytest.mark.usefixtures("aws")
RUNBOOK = "rb_unit(nginx)"


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands ask the account of this process, as they ask a real one with --endpoint aws."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")


def toban(*words: str) -> int:
    return command.main(["repairs", *words, "--endpoint", "aws"])


def test_repairs_are_stopped_and_allowed_for_one_customer() -> None:
    sign()
    assert toban("stop", "acme", "--by", "Alice, migration") == 0
    assert contracts.repairs_stopped("acme")
    assert not contracts.repairs_stopped("other")

    assert toban("allow", "acme") == 0
    assert not contracts.repairs_stopped("acme")


def test_every_switch_that_is_thrown_is_shown_and_who_threw_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sign()
    toban("stop", "acme", "--by", "Alice, migration")
    capsys.readouterr()

    toban("show")

    printed = capsys.readouterr().out
    assert printed == "Repairs are stopped for customer acme: Alice, migration.\n"


@pytest.mark.parametrize("action", [("stop", "--by", "Alice"), ("allow",), ("show",)])
def test_a_customer_whom_nobody_knows_is_refused(
    action: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    sign()

    assert toban(*action, "acmee") == 2

    assert capsys.readouterr().err.startswith('There is no contract with "acmee"')
    assert not contracts.is_stopped("acmee")


def test_repairs_are_stopped_for_all_customers() -> None:
    toban("stop", "--by", "Alice")

    assert contracts.repairs_stopped("acme")
    assert contracts.repairs_stopped("other")


def test_a_runbook_out_of_service_is_shown_and_armed_again(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        rails.judge_runbook(RUNBOOK, f"acme.web01.{number}", rule_clock(), Rails(), helped=False)

    toban("show")
    assert RUNBOOK in capsys.readouterr().out
    assert toban("arm", f"acme.{RUNBOOK}") == 0
    assert not rails.is_disarmed("acme", RUNBOOK)


def test_a_runbook_that_is_in_service_is_not_armed(capsys: pytest.CaptureFixture[str]) -> None:
    assert toban("arm", "rb_unit(nothing)") == 2
    assert "toban repairs show" in capsys.readouterr().err
