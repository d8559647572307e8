"""The menu as people read it: appendix table 1."""

from pathlib import Path

import pytest

from infra.local.command import main
from infra.local.menu_table import WORDS, document, page
from infra.local.role_table import role_table
from toban.catalogue.menu import menu
from toban.catalogue.roles import roles

TABLE = Path(__file__).parents[2] / "docs/menu.md"


@pytest.mark.clause("N-3")
def test_the_table_in_the_documentation_is_the_menu() -> None:
    """Write it again with: .venv/bin/python -m infra.local.menu_table > docs/menu.md"""
    assert TABLE.read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_item_stands_in_the_table_once(language: str) -> None:
    rows = [line for line in page(language).splitlines() if line.startswith("| `")]

    assert sorted(row.split("`")[1] for row in rows) == sorted(menu())


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_roles_stand_below_the_menu_with_their_items(language: str) -> None:
    rows = [line.split(" | ") for line in role_table(language).splitlines()[4:]]

    assert [row[0] for row in rows[2:]] == [f"| {role}" for role in roles()]
    assert rows[3][2:] == ["http, https, proc_phpfpm", rows[3][3], "cert_expiry, url_status |"]
    assert page(language).endswith(role_table(language))


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["ja"].keys() == WORDS["en"].keys()


@pytest.mark.parametrize(
    ("arguments", "row"),
    [
        (
            [],
            "| `disk` | ディスク使用率 | 90% | 30 | 通知のみ (書面の同意があればディスクの整理) |"
            " 95% から |",
        ),
        (
            ["--lang", "en"],
            "| `http` | HTTP | port 80 | 70 | start or restart of the service (web) |"
            " yes | url_status, url_keyword |",
        ),
        (
            ["--lang", "en"],
            "| `cert_expiry` | Certificate expiry | port 443, 30 days before the end | 120 |"
            " look at the renewal, reload where it is done | when it has ended |",
        ),
    ],
)
def test_a_person_reads_the_menu_with_a_command(
    arguments: list[str], row: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalogue", *arguments]) == 0

    assert row in capsys.readouterr().out.splitlines()
