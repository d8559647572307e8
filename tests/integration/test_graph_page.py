"""The page of graphs in a real browser, served by the running local system (N-9)."""

import re
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.integration import graph_site as site
from tests.integration.graph_visit import Visit, grave, overflowing
from toban.store import links

pytestmark = pytest.mark.clause("N-9")
NEEDS_CHROMIUM = pytest.mark.skipif(
    site.CHROMIUM is None, reason="Debian's chromium is not installed"
)
PHONE, DESKTOP = 360, 1280
LOOKS = [
    ("acme", "day", "light", DESKTOP),
    ("acme", "year", "dark", PHONE),
    ("globex", "week", "dark", DESKTOP),
    ("globex", "month", "light", PHONE),
    ("silent", "day", "dark", PHONE),
]


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """The local system, and a link for each customer."""
    with site.system():
        yield site.urls()


@pytest.fixture(scope="module")
def browser(urls: dict[str, str]) -> Iterator[Browser]:
    with site.browser() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, urls: dict[str, str]) -> Iterator[Page]:
    opened = Visit(browser, urls["acme"])
    yield opened.page
    opened.page.close()


@NEEDS_CHROMIUM
@pytest.mark.parametrize(("whose", "period", "scheme", "width"), LOOKS)
def test_the_page_fits_says_nothing_in_the_console_and_keeps_nobody_out(
    whose: str, period: str, scheme: str, width: int, browser: Browser, urls: dict[str, str]
) -> None:
    url = f"{urls[whose]}?period={period}"
    opened = Visit(browser, url, scheme, width)
    page = opened.page
    for table in page.locator("summary").all():
        table.click()

    assert (opened.complaints, overflowing(page), grave(page)) == ([], [], [])
    assert {*opened.asked} - {"data:,"} == {url}
    page.close()


@NEEDS_CHROMIUM
def test_a_telephone_shows_when_an_incident_ended_without_scrolling_aside(
    browser: Browser, urls: dict[str, str]
) -> None:
    page = Visit(browser, urls["acme"], width=PHONE).page
    wide = page.locator(".events").evaluate("it => it.scrollWidth - it.parentElement.clientWidth")

    assert page.locator(".events tbody tr").count() == 2
    assert wide <= 0
    page.close()


@NEEDS_CHROMIUM
def test_what_these_checks_look_for_would_be_found(visit: Page) -> None:
    visit.evaluate(
        "document.querySelector('h1').innerHTML = "
        "'<img src=\"data:,\"><pre>' + 'wide '.repeat(500) + '</pre>'"
    )

    assert any(each.startswith("image-alt") for each in grave(visit))
    assert overflowing(visit)


@NEEDS_CHROMIUM
def test_the_pointer_shows_the_figures_of_its_place(visit: Page) -> None:
    field = visit.locator('[data-graph="memory"]')
    box = field.bounding_box()
    assert box
    # 09:00 in Tokyo lies 10 h 05 min before the end of the day that is shown
    place = (76 + (24 - 10.05) / 24 * 708) / 800
    field.hover(position={"x": box["width"] * place, "y": 60})

    assert field.locator(".tip").is_visible()
    assert re.search(r"11/23.*09:00", field.locator(".tip b").inner_text())
    assert told(field)["搭載量"] == "16.0 GiB"
    assert field.locator("line.rule").count() == 1


def told(field: Locator) -> dict[str, str]:
    lines = field.locator(".tip span").all()
    return {line.locator("em").inner_text(): line.locator("i").inner_text() for line in lines}


@NEEDS_CHROMIUM
def test_figures_are_told_alike_by_the_script_and_by_the_legend(visit: Page) -> None:
    """The newest point is what the legend calls the present."""
    for name in ("cpu", "load", "memory", "disk", "traffic"):
        section = visit.locator("section", has=visit.locator(f"#{name}"))
        field = section.locator(".field")
        field.focus()
        visit.keyboard.press("End")
        legend = {
            row.locator("th").inner_text().strip(): row.locator("td").first.inner_text()
            for row in section.locator(".legend tbody tr").all()
        }

        assert told(field) == legend


@NEEDS_CHROMIUM
def test_the_keyboard_reads_figures_aloud_and_leaves_again(visit: Page) -> None:
    field = visit.locator('[data-graph="load"]')
    field.focus()
    visit.keyboard.press("ArrowLeft")
    visit.keyboard.press("ArrowLeft")
    said = field.locator("[aria-live]").inner_text()
    visit.keyboard.press("Escape")

    assert "18:55" in said
    assert "5 分平均 " in said
    assert field.locator(".tip").is_hidden()


@NEEDS_CHROMIUM
def test_a_gap_is_told_as_a_gap(visit: Page) -> None:
    field = visit.locator('[data-graph="cpu"]')
    field.focus()
    visit.keyboard.press("End")
    for key in (*["PageUp"] * 3, *["ArrowLeft"] * 16):
        visit.keyboard.press(key)

    assert set(told(field).values()) == {"–"}


@NEEDS_CHROMIUM
def test_the_first_stop_of_the_keyboard_leads_to_the_graphs(visit: Page) -> None:
    visit.keyboard.press("Tab")
    visit.keyboard.press("Enter")
    visit.keyboard.press("Tab")

    assert visit.evaluate("document.activeElement.closest('.overview') !== null")


@NEEDS_CHROMIUM
def test_another_period_is_one_click_away(visit: Page) -> None:
    visit.get_by_role("link", name="1 年間").click()

    assert visit.locator('[aria-current="page"]').inner_text() == "1 年間"
    assert "2025-11-24" in visit.locator(".span").inner_text()


@NEEDS_CHROMIUM
def test_figures_are_saved_as_csv(visit: Page) -> None:
    with visit.expect_download() as begun:
        visit.get_by_role("link", name="CPU 使用率: CSV をダウンロード").click()
    kept = begun.value.path().read_text(encoding="utf-8")

    assert begun.value.suggested_filename == "acme.web01-cpu-day-20261123.csv"
    assert len(kept.splitlines()) == 289


@NEEDS_CHROMIUM
def test_on_paper_the_page_has_its_graphs_and_no_buttons(visit: Page) -> None:
    visit.set_viewport_size({"width": 688, "height": 1000})  # A4 between margins of 14 mm
    visit.emulate_media(media="print")

    assert overflowing(visit) == []
    assert visit.locator("header nav").is_hidden()
    assert visit.locator(".field > .wide").first.is_visible()
    assert visit.pdf(format="A4").startswith(b"%PDF")


@NEEDS_CHROMIUM
def test_a_bad_link_shows_the_plain_page_to_everybody(
    browser: Browser, urls: dict[str, str]
) -> None:
    opened = Visit(browser, urls["acme"][:-2], width=PHONE)

    assert opened.page.title().startswith("ページを表示できません")
    assert (overflowing(opened.page), grave(opened.page)) == ([], [])
    opened.page.close()


def test_the_local_system_serves_what_its_links_lead_to(urls: dict[str, str]) -> None:
    with urlopen(urls["globex"]) as answer:  # noqa: S310 - the local system's own address
        page = answer.read().decode()

    assert "db01" in page
    assert "Incidents and maintenance in this period" in page
    assert status(urls["globex"][:-2]) == 404


def status(url: str) -> int:
    try:
        with urlopen(url) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code


def test_a_link_that_was_revoked_is_refused_by_the_local_system(urls: dict[str, str]) -> None:
    url = links.link_to(site.SILENT, site.BOB.mail, site.NOW)
    before = status(url)
    links.revoke(site.SILENT, site.NOW)

    assert (before, status(url)) == (200, 404)
