"""The documents lead to what is there, and show commands that are taken."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
import yaml

from infra.local.command import parser

ROOT = Path(__file__).parents[1]
BELOW_THE_ROOT = ("docs", "infra", "layers", "functions", "tests", "requirements")
PAGES = sorted(chain(ROOT.glob("*.md"), *((ROOT / each).rglob("*.md") for each in BELOW_THE_ROOT)))
BLOCK = re.compile(r"^ *```.*?\n(.*?)^ *```", flags=re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^ *(?:\$ )?(?:\.venv/bin/)?toban ([a-z].*)$", flags=re.MULTILINE)
NUMBER = re.compile(r"\b0(?:0[1-9]|1\d)\d\b")
"""The number of a decision."""
WANT_NOTHING = {"rounds_back", "access_restored", "contact_reached"}
"""Notices of what is well again."""


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def prose(page: Path) -> str:
    """Return the page without its blocks of code."""
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> set[str]:
    """Return what a link may name behind `#`, as GitHub makes it from the headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def leads_nowhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    goal = (page.parent / path).resolve() if path else page
    return not goal.exists() or (bool(anchor) and anchor not in anchors(goal))


def made(page: Path) -> list[str]:
    """Return the targets of make that the page names, in a line or in a block of code."""
    text = page.read_text(encoding="utf-8")
    code = "\n".join([*BLOCK.findall(text), *re.findall(r"`([^`\n]+)`", prose(page))])
    return re.findall(r"^ *make ([a-z]+)", code, flags=re.MULTILINE)


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command `toban` of a block of code, and of the stack's outputs, with its place."""
    for page in PAGES:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            for found in COMMAND.findall(block):
                yield name_of(page), found
    outputs = (ROOT / "template.yaml").read_text(encoding="utf-8").partition("\nOutputs:\n")[2]
    for found in re.findall(r"\.venv/bin/toban (.+)$", outputs, flags=re.MULTILINE):
        yield "template.yaml", found


def test_every_link_of_a_document_leads_to_something() -> None:
    links = {page: re.findall(r"\]\(([^)\s]+)\)", prose(page)) for page in PAGES}
    ours = [(page, link) for page in PAGES for link in links[page] if "://" not in link]
    assert [(name_of(page), link) for page, link in ours if leads_nowhere(page, link)] == []


@pytest.mark.parametrize(("page", "command"), sorted(set(commands())))
def test_a_command_of_a_document_is_taken(page: str, command: str) -> None:
    parser().parse_args(shlex.split(command, comments=True))


def test_every_decision_that_a_document_names_is_on_record() -> None:
    on_record = {each.name[:4] for each in (ROOT / "docs" / "decisions").iterdir()}
    named = {page: set(NUMBER.findall(prose(page))) - on_record for page in PAGES}
    assert {name_of(page): numbers for page, numbers in named.items() if numbers} == {}


@pytest.mark.parametrize(("locale", "page"), [("en", "README.md"), ("ja", "README.ja.md")])
def test_the_operators_guide_says_what_each_notice_wants(locale: str, page: str) -> None:
    words = ROOT / "layers" / "core" / "toban" / "text" / "words" / f"{locale}.yaml"
    notices = yaml.safe_load(words.read_text(encoding="utf-8"))["notice"]
    guide = (ROOT / "docs" / "operations" / page).read_text(encoding="utf-8")
    listed = " ".join(re.findall(r"^\| (.+?) \|", guide, flags=re.MULTILINE))
    missing = {key for key, title in notices.items() if title not in listed}
    assert missing == WANT_NOTHING


def test_every_target_of_make_that_a_document_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    named = {(name_of(page), target) for page in PAGES for target in made(page)}
    assert {(page, target) for page, target in named if target not in targets} == set()
