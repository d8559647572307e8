"""Every mail reads and looks as it was reviewed, and says the same as text and as HTML."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from escalate.letter import Letter, compose, view_of
from tests.testdata.mail import cases
from tests.testdata.mail.reading import Page
from toban.domain.letters import MailKind

GOLDEN = Path(cases.__file__).parent
REWRITE = "TOBAN_REWRITE_MAILS"
BOTH = ("ja", "en")
NAMES = sorted(cases.CASES)
WITH_GRAPHS = "resource_alert-graphs"
GRAPHS = [name for name in NAMES if name.endswith("-graphs")]


def told(letter: Letter) -> str:
    return f"{letter.subject}\n\n{letter.text}"


def hold_golden(path: Path, content: str) -> None:
    if os.environ.get(REWRITE):
        path.write_text(content, encoding="utf-8")
        pytest.fail(f"{path.name} was rewritten: read it, then run again without {REWRITE}")
    assert path.exists(), f"no {path.name} yet: run once with {REWRITE}=1 and read it"
    assert content == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("name", NAMES)
def test_a_mail_reads_as_it_was_reviewed(name: str, locale: str) -> None:
    hold_golden(GOLDEN / f"{name}.{locale}.txt", told(compose(cases.case(name, locale))))


@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("kind", list(MailKind))
def test_a_mail_looks_as_it_was_reviewed(kind: MailKind, locale: str) -> None:
    hold_golden(GOLDEN / f"{kind}.{locale}.html", compose(cases.facts(kind, locale)).html)


@pytest.mark.clause("N-9")
@pytest.mark.parametrize("locale", BOTH)
def test_a_mail_with_graphs_looks_as_it_was_reviewed(locale: str) -> None:
    html = compose(cases.case(WITH_GRAPHS, locale)).html
    hold_golden(GOLDEN / f"{WITH_GRAPHS}.{locale}.html", html)


def test_no_reviewed_mail_is_left_over() -> None:
    texts = {f"{name}.{locale}.txt" for name in NAMES for locale in BOTH}
    pages = {f"{name}.{locale}.html" for name in (*MailKind, WITH_GRAPHS) for locale in BOTH}

    assert {path.name for path in GOLDEN.iterdir() if path.suffix in {".txt", ".html"}} == (
        texts | pages
    )


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)
    elif hasattr(value, "__slots__"):
        for name in value.__slots__:
            yield from strings(getattr(value, name))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("operator")])
def test_text_and_html_tell_the_same_facts(name: str, locale: str) -> None:
    facts = cases.case(name, locale)
    letter = compose(facts)
    text, page = squeezed(letter.text.replace("\n| ", "\n")), squeezed(Page(letter.html).text)

    page += squeezed(facts.graph_link)  # behind words there: a test of its own holds it
    for fact in strings(view_of(facts)):
        assert (squeezed(fact) in text) == (squeezed(fact) in page) or fact in letter.subject, fact


def sentences(text: str) -> list[str]:
    own = [line for line in text.splitlines() if not line.lstrip().startswith("|")]
    return [line for line in own if re.search(r"(。|\.)$", line)]


@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("name", NAMES)
def test_each_sentence_of_the_text_stands_in_the_html(name: str, locale: str) -> None:
    letter = compose(cases.case(name, locale))
    page = squeezed(Page(letter.html).text)

    assert [line for line in sentences(letter.text) if squeezed(line) not in page] == []


@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("name", [name for name in NAMES if name not in GRAPHS])
def test_the_html_is_well_formed_and_asks_nothing_of_the_network(name: str, locale: str) -> None:
    html = compose(cases.case(name, locale)).html
    page = Page(html)

    assert page.unclosed == []
    assert page.tags.isdisjoint({"img", "script", "link", "iframe", "form", "a", "table", "object"})
    assert page.attributes.isdisjoint({"src", "href", "background", "action"})
    assert "url(" not in html
    assert "://" not in html.split("<pre")[0]


@pytest.mark.clause("N-9")
@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("name", GRAPHS)
def test_a_mail_with_graphs_leads_nowhere_but_to_them(name: str, locale: str) -> None:
    facts = cases.case(name, locale)
    html = compose(facts).html
    page = Page(html)

    assert page.unclosed == []
    assert page.tags.isdisjoint({"script", "link", "iframe", "form", "table", "object"})
    assert set(re.findall(r'href="([^"]*)"', html)) == {facts.graph_link}
    assert re.findall(r'src="cid:([^"]*)"', html) == [each.content_id for each in facts.graphs]
    assert len(re.findall("src=", html)) == len(facts.graphs)
    assert len(re.findall(r'<img [^>]*alt="[^"]{10,}"', html)) == len(facts.graphs)
