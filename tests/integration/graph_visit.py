"""A visit to a page: what its console says, what it asks for, and what keeps people out of it."""

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Page


class Visit:
    """A page that was opened, what its console said and what it asked for."""

    def __init__(self, browser: Browser, url: str, scheme: str = "light", width: int = 1280):
        self.page = browser.new_page(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(url)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


def overflowing(page: Page) -> list[str]:
    """The elements that reach over the right edge, those that scroll by themselves left out."""
    found: list[str] = page.evaluate(
        """() => [...document.body.querySelectorAll("*")].filter((each) =>
            each.getBoundingClientRect().right > innerWidth + 0.5 && !each.closest(".rows")
            && each.getClientRects().length).map((each) => each.outerHTML.slice(0, 80))"""
    )
    return [
        *found,
        *(["page"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []),
    ]


def grave(page: Page) -> list[str]:
    """What axe-core calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
