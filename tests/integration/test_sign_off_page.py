"""The sheet to sign in a real browser: on a telephone, for ears and keyboard, and on paper."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.integration.graph_site import browser as chromium
from tests.integration.graph_visit import grave, overflowing
from tests.testdata.sign_off import page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.clause("C-2")
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_nothing_overflows_on_a_telephone_and_nobody_is_kept_out(
    browser: Browser, locale: str
) -> None:
    opened = browser.new_page(viewport={"width": 360, "height": 740})
    opened.set_content(page(locale))

    assert overflowing(opened) == []
    assert grave(opened) == []


@pytest.mark.clause("C-2")
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_nothing_is_cut_off_on_paper(browser: Browser, locale: str) -> None:
    a4_between_the_margins = 673  # 178 mm at 96 dots an inch
    opened = browser.new_page(viewport={"width": a4_between_the_margins, "height": 1000})
    opened.emulate_media(media="print")
    opened.set_content(page(locale))

    assert overflowing(opened) == []
    cut = "[...document.querySelectorAll('.rows')].filter(e => e.scrollWidth > e.clientWidth)"
    assert opened.evaluate(f"{cut}.length") == 0
