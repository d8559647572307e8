"""What is dropped to be accepted: begun once for each version, and only what was agreed."""

from typing import Any

import pytest

from contract import take_in
from tests.functions.agreeing import TUESDAY_IN_TOKYO
from tests.functions.conftest import RuleClock
from tests.functions.intake_bucket import bucket, drop, put, told_of
from tests.functions.mailing import office
from tests.unit.acme_sheet import ACME

__all__ = ["bucket", "office"]


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO


@pytest.mark.clause("C-2")
def test_what_was_not_agreed_is_not_accepted(bucket: str) -> None:
    result = drop(bucket, "accept/acme.yaml").splitlines()

    assert "was not handed in" in result[0]
    assert result[-1] == "Nothing was tried."


@pytest.mark.clause("C-2")
def test_an_acceptance_is_the_same_run_however_often_its_event_comes(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(bucket, "apply/acme.yaml")
    begun: list[Any] = []
    monkeypatch.setenv("RUN_ACCEPTANCE_FUNCTION", "toban-run-acceptance")
    monkeypatch.setattr(take_in, "invoke_later", lambda _, event: begun.append(event["run"]))
    for key in ("accept/acme.yaml", "accept-with-call/acme.yaml"):
        put(bucket, key, ACME)
    for key in ("accept/acme.yaml", "accept/acme.yaml", "accept-with-call/acme.yaml"):
        assert told_of(key)["done"]

    first, second, calling = begun
    assert first == second
    assert (first["call"], calling["call"]) == (False, True)
    assert calling["name"] != first["name"]
    assert first["name"].startswith("acme._acceptance.")
