"""Take the pictures of docs/graphs.md: python -m tests.integration.graph_screenshots.

They show the running local system in Debian's Chromium; the figures are those of graph_site.py.
"""

from pathlib import Path

from playwright.sync_api import Browser

from tests.integration import graph_site as site

OUT = Path(__file__).parents[2] / "docs" / "screenshots"
PICTURES = {
    "day-light-desktop-ja": ("acme", "day", "light", 1180, 860),
    "year-dark-desktop-en": ("globex", "year", "dark", 1180, 860),
    "day-dark-phone-en": ("globex", "day", "dark", 360, 780),
    "year-light-phone-ja": ("acme", "year", "light", 360, 780),
}


def main() -> None:
    """Take them all."""
    OUT.mkdir(parents=True, exist_ok=True)
    with site.system(), site.browser() as browser:
        urls = site.urls()
        for name, (whose, period, scheme, width, height) in PICTURES.items():
            _take(browser, f"{urls[whose]}?period={period}", scheme, (width, height), name)


def _take(browser: Browser, url: str, scheme: str, size: tuple[int, int], name: str) -> None:
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(url)
    field = page.locator(".field").first
    box = field.bounding_box()
    if box and "desktop" in name:
        field.hover(position={"x": box["width"] * 0.78, "y": box["height"] / 2})
    page.screenshot(path=OUT / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
