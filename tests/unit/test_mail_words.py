"""Every word that a mail may need exists in both languages."""

import string
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

import graphs
import toban.text
from toban import catalogue
from toban.domain.plan import Plan
from toban.text.words import LOCALES, SECTIONS, words

DIAGNOSTICS = Path(catalogue.__file__).parent / "diagnostics.yaml"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def flat(locale: str) -> dict[str, Any]:
    sections = words(locale).sections
    return {
        f"{section}.{key}": text for section, said in sections.items() for key, text in said.items()
    }


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("enumeration", SECTIONS, ids=lambda kind: kind.__name__)
def test_an_enumeration_has_a_word_for_each_of_its_members_and_no_other(
    enumeration: type[StrEnum], locale: str
) -> None:
    section = words(locale).sections[SECTIONS[enumeration]]

    assert set(section) == {member.value for member in enumeration}


@pytest.mark.parametrize("locale", LOCALES)
def test_each_word_is_some_text(locale: str) -> None:
    silent = [key for key, text in flat(locale).items() if not isinstance(text, str) or not text]

    assert silent == []


def test_both_languages_say_the_same_things_with_the_same_parts() -> None:
    japanese, english = flat("ja"), flat("en")

    assert japanese.keys() == english.keys()
    differing = [
        key for key in english if placeholders(english[key]) != placeholders(japanese[key])
    ]
    assert differing == []


@pytest.mark.parametrize("locale", LOCALES)
def test_each_plan_is_told_what_happens_next(locale: str) -> None:
    for plan in Plan:
        assert words(locale).say("next_action", plan.value)


@pytest.mark.parametrize("locale", LOCALES)
def test_each_diagnostic_of_the_catalogue_has_a_title(locale: str) -> None:
    sets: dict[str, list[dict[str, Any]]] = yaml.safe_load(DIAGNOSTICS.read_text(encoding="utf-8"))
    named = {command["id"] for commands in sets.values() for command in commands}

    assert named - set(words(locale).sections["finding"]) == set()


@pytest.mark.parametrize("shown", [toban.text, graphs], ids=lambda of: of.__name__)
def test_the_threshold_is_written_as_in_the_service_specification(shown: ModuleType) -> None:
    """In mails, in reports, on graphs: 閾値. Forms with the earlier しきい値 are still read."""
    texts = {".py", ".yaml", ".j2", ".js"}
    folder = Path(str(shown.__file__)).parent
    pages = [each for each in folder.rglob("*") if each.suffix in texts]

    assert pages
    assert [each.name for each in pages if "しきい値" in each.read_text(encoding="utf-8")] == []


def test_a_language_that_we_do_not_have_is_answered_in_english() -> None:
    assert words("fr").locale == "en"


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_not_known_is_said_to_be_looked_at(locale: str) -> None:
    assert words(locale).unknown == {"ja": "確認中", "en": "being checked"}[locale]
