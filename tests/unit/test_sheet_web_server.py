"""Pages are repaired through the web server that the sheet names at its port."""

import pytest

from tests.unit.acme_sheet import read, with_monitors

PAGE = "{item: url_status, url: https://shop.example/"


def unit_of_page(*lines: str) -> tuple[str, str]:
    found = read(with_monitors(*lines)).servers[0].monitor("acme.web01.url-status")
    return found.unit, found.service


@pytest.mark.clause("P-8")
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["- {item: https, unit: nginx}", f"- {PAGE}}}"], ("nginx", "")),
        (["- {item: http, service: httpd24}", f"- {PAGE}}}"], ("web", "httpd24")),
        (["- http", f"- {PAGE}}}"], ("web", "")),
        ([f"- {PAGE}}}"], ("web", "")),
        (["- {item: http, unit: nginx}", f"- {PAGE}, unit: haproxy}}"], ("haproxy", "")),
    ],
)
def test_a_page_is_served_by_what_is_watched_at_the_port(
    lines: list[str], expected: tuple[str, str]
) -> None:
    assert unit_of_page(*lines) == expected
