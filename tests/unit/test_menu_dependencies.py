"""Which items of the menu speak for others."""

import pytest

from tests.unit.menu_file import HTTP, mistakes_of
from toban.catalogue.menu import menu
from toban.domain.dependency import covers


@pytest.mark.clause("P-8")
@pytest.mark.parametrize(
    ("item", "silent"),
    [
        ("ping", set(menu()) - {"ping"}),
        ("agent", {n for n in menu() if n[:5] == "proc_" or menu()[n].resource} | {"oid"}),
        ("http", {"url_status", "url_keyword"}),
        ("https", {"url_status", "url_keyword", "cert_expiry"}),
    ],
)
def test_what_an_alert_says_for_others_too(item: str, silent: set[str]) -> None:
    patterns = menu()[item].withholds

    found = {name for name in menu() if any(covers(each, name) for each in patterns)}

    assert found - {item} == silent


SPEAKERS = {"ping", "agent", "http", "https", "smtp"}


def test_only_hosts_agents_web_and_mail_servers_speak_for_others() -> None:
    assert {n for n, item in menu().items() if item.withholds} == SPEAKERS


PAIR = HTTP + HTTP.replace("http:", "https:").replace("kind: https:", "kind: http")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "withholds: [htps]",
            '1:1: http withholds "htps", which matches no other item. Did you mean "https"?',
        ),
        (
            "withholds: [http]",
            '1:1: http withholds "http", which matches no other item. Did you mean "https"?',
        ),
        (
            "withholds: [proc_*]",
            '1:1: http withholds "proc_*", which matches no other item. Use one of: https.',
        ),
        (
            "withholds: ['*']",
            '10:15: withholds: "*" is not an item or a pattern. Write it like "proc_*", or "all".',
        ),
    ],
)
def test_a_dependency_on_nothing_is_named(line: str, told: str) -> None:
    text = PAIR.replace("  unit: web\n", f"  unit: web\n  {line}\n", 1)

    assert mistakes_of(text) == [f"monitors.yaml:{told}"]


def test_items_that_would_silence_each_other_are_refused() -> None:
    (told,) = mistakes_of(PAIR.replace("  unit: web\n", "  unit: web\n  withholds: [all]\n"))

    assert "These withhold each other, so nobody is told: http" in told
