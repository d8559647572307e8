"""Which layer a web page fails in, judged by what the server itself is told (catalogue 5.5)."""

from enum import StrEnum

from toban.domain.check import HttpQuestion

GATEWAY_STATUSES = frozenset({502, 503, 504})
"""What stands behind the web server has not answered it (RFC 9110, 15.6)."""


class PageFault(StrEnum):
    """NONE: the page is right here. SILENT: the web server does not answer. UPSTREAM: what is
    behind it does not. CONTENT: it answers, with an error or without the expected text.
    """

    NONE = "none"
    SILENT = "silent"
    UPSTREAM = "upstream"
    CONTENT = "content"


def judge_page(question: HttpQuestion, status: int, body: str) -> PageFault:
    """Judge a page as the monitor would; `status` 0 is no answer at all."""
    if status == 0:
        return PageFault.SILENT
    if status in GATEWAY_STATUSES:
        return PageFault.UPSTREAM
    good = question.any_status or question.lowest_status <= status <= question.highest_status
    wanted = question.must_contain in body
    forbidden = bool(question.must_not_contain) and question.must_not_contain in body
    return PageFault.NONE if good and wanted and not forbidden else PageFault.CONTENT
