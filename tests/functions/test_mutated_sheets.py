"""Whatever a good sheet is changed to: all of it is taken, or nothing and it is told why."""

import io
import os
from functools import cache
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.functions.agreeing import TUESDAY_IN_TOKYO
from tests.functions.conftest import RuleClock
from tests.functions.handing_in import CHANGED, all_items, apply, kept, put_back, terms
from tests.unit.acme_sheet import ACME
from tests.unit.test_workbook import filled
from toban.domain.revision import Terms
from toban.domain.shards import checks_by_shard
from toban.store import contracts, revisions, shards

pytestmark = [pytest.mark.usefixtures("aws"), pytest.mark.clause("C-2")]

EXAMPLES = int(os.environ.get("TOBAN_SHEETS", "9"))
"""Sheets of each kind that are tried; forms take longer and are a third of that."""


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO
    monkeypatch.setenv("CONTRACT_DAYS", "90")


def _watched_as(wanted: Terms) -> None:
    """The schedules ask exactly what the terms say."""
    for shard, checks in checks_by_shard(wanted.servers, contracts.policy()).items():
        assert list(shards.checks(shard)) == list(checks)


VALUES = [
    *[
        "web01",
        "db01",
        "acme",
        "",
        "notify",
        "respond",
        "gold",
        "80",
        "8080",
        "０９０",
        "-1",
        "yes",
    ],
    *["192.0.2.10", "192.0.2.77", "sato@acme.example", "+81312345670", "ssh", "cpu", "tcp", "!!x"],
    *["2026-11-24", "2026-12-01", "/toban/acme/other", "/toban/globex/x", "Asia/Tokyo", "en", "\n"],
]


def _places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every part of a tree."""
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
    inner = [(key, value) for key, value in parts]
    return [
        place
        for key, value in inner
        for place in [
            (*path, key),
            *(_places(value, (*path, key)) if isinstance(value, dict | list) else []),
        ]
    ]


@cache
def _sheet() -> Any:
    return yaml.load(CHANGED, Loader=yaml.BaseLoader)  # noqa: S506 - all values stay text


def _mutated(path: tuple[Any, ...], how: str, value: str) -> str:
    tree = yaml.load(CHANGED, Loader=yaml.BaseLoader)  # noqa: S506 - all values stay text
    at = tree
    for key in path[:-1]:
        at = at[key]
    if how == "drop":
        del at[path[-1]]
    elif how == "repeat" and isinstance(at, list):
        at.append(at[path[-1]])
    else:
        at[path[-1]] = value
    return str(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))


mutated_trees = st.builds(
    _mutated,
    st.sampled_from(_places(_sheet())),
    st.sampled_from(["drop", "repeat", "replace", "replace"]),
    st.sampled_from(VALUES),
)
mutated_texts = st.builds(
    lambda start, length, put_in: CHANGED[:start] + put_in + CHANGED[start + length :],
    st.integers(0, len(CHANGED)),
    st.integers(0, 12),
    st.sampled_from([*VALUES, ": ", "- ", "  ", "\t", "&a ", "*a", '"']),
)
cells = st.tuples(
    st.sampled_from(["契約", "連絡先", "サーバ", "監視項目"]),
    st.sampled_from([f"{letter}{row}" for letter in "ABCDEFS" for row in range(1, 6)]),
    st.sampled_from([*VALUES, 8080, 0.8, True, "=A1", None, "　", "監視通知サービス", "ssh [ssh]"]),
)


def _form(changes: list[tuple[str, str, Any]]) -> bytes:
    book: Any = openpyxl.load_workbook(io.BytesIO(filled()))
    for tab, cell, value in changes:
        book[tab][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


mutated_forms = st.builds(_form, st.lists(cells, min_size=1, max_size=3))
quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


_of_acme: dict[str, Any] = {}


def _with_acme() -> dict[str, Any]:
    """Return the tables with ACME's contract in force."""
    if not _of_acme:
        assert apply(ACME)["applied"]
        _of_acme.update(kept())
    return _of_acme


def _whole_or_nothing(sheet: str | bytes) -> None:
    """Hand the sheet in and see that all of it or nothing of it was taken."""
    put_back(_with_acme())
    before = all_items()

    answer = apply(sheet)

    if not answer["applied"]:
        assert answer["mistakes"]
        assert all_items() == before
        return
    wanted = terms(sheet)
    assert revisions.agreed(wanted.customer.customer_id) == wanted
    in_force = revisions.in_force("acme")
    assert in_force in (terms(ACME), wanted)
    if in_force == wanted and wanted.customer.customer_id == "acme":
        _watched_as(wanted)
    after = all_items()
    assert apply(sheet)["applied"]
    assert all_items() == after


@quick
@given(mutated_trees)
def test_a_sheet_with_a_part_changed_is_taken_whole_or_not_at_all(sheet: str) -> None:
    _whole_or_nothing(sheet)


@quick
@given(mutated_texts)
def test_a_sheet_with_letters_changed_is_taken_whole_or_not_at_all(sheet: str) -> None:
    _whole_or_nothing(sheet)


@settings(quick, max_examples=EXAMPLES // 3)
@given(mutated_forms)
def test_a_form_with_cells_changed_is_taken_whole_or_not_at_all(form: bytes) -> None:
    _whole_or_nothing(form)
