"""A sheet is in force as a whole or not at all, wherever applying it breaks off."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from pynamodb.connection import Connection

from contract import apply_due_changes
from tests.functions.agreeing import TUESDAY_IN_TOKYO
from tests.functions.conftest import RuleClock
from tests.functions.handing_in import CHANGED, all_items, apply, kept, put_back, terms
from tests.unit.acme_sheet import ACME
from toban.store import revisions

pytestmark = [pytest.mark.usefixtures("aws"), pytest.mark.clause("C-2", "C-6")]
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}


class CutOffError(Exception):
    """The connection to the tables was lost."""


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO
    monkeypatch.setenv("CONTRACT_DAYS", "90")


@contextmanager
def _cut_off(monkeypatch: pytest.MonkeyPatch, at: int, *, answer_only: bool) -> Iterator[list[str]]:
    """Lose the `at`th write, or only the answer to it; yield the writes that were asked for."""
    asked: list[str] = []
    dispatch = Connection.dispatch

    def losing(self: Any, operation: str, *rest: Any, **more: Any) -> Any:
        if operation not in WRITES:
            return dispatch(self, operation, *rest, **more)
        asked.append(operation)
        done = dispatch(self, operation, *rest, **more) if answer_only else None
        if len(asked) == at:
            raise CutOffError
        return done if answer_only else dispatch(self, operation, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "dispatch", losing)
        yield asked


@pytest.mark.parametrize("answer_only", [False, True], ids=["write", "answer"])
def test_an_apply_that_is_cut_off_at_any_write_leaves_before_or_after(
    monkeypatch: pytest.MonkeyPatch, answer_only: bool
) -> None:
    apply(ACME)
    before = kept()
    apply(CHANGED)
    whole = all_items()
    allowed = [terms(ACME), terms(CHANGED)]
    for at in range(1, 100):
        put_back(before)
        lost = _cut_off(monkeypatch, at, answer_only=answer_only)
        with lost as asked, suppress(CutOffError):
            apply(CHANGED)
        assert revisions.in_force("acme") in allowed
        assert revisions.agreed("acme") in allowed
        if len(asked) < at:
            break
        assert apply(CHANGED)["applied"]
        assert all_items() == whole
    assert at > 5


def test_what_was_cut_off_is_made_whole_by_the_next_hour_without_anybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apply(ACME)
    with _cut_off(monkeypatch, 3, answer_only=False), pytest.raises(CutOffError):
        apply(CHANGED)

    apply_due_changes.handler({}, None)

    assert revisions.in_force("acme") == terms(CHANGED)
    assert not revisions.pending()


def test_a_contract_of_more_servers_than_a_transaction_takes_is_in_force_as_a_whole() -> None:
    first = ACME.partition("servers:\n")[2]
    many = ACME + "".join(first.replace("web01", f"app{number:03}") for number in range(130))

    assert apply(many)["applied"]

    assert revisions.in_force("acme") == terms(many)
