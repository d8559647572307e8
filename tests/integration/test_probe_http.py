"""HTTP monitors against real sockets: what servers answer, and what hostile ones do."""

import gzip
import zlib

import pytest

from probe.probers.response import BODY_LIMIT
from tests.integration.peers import (
    PATIENCE_SECONDS,
    answers,
    answers_each,
    http_check,
    listening,
    observe,
    page,
)
from toban.domain.check import HttpQuestion
from toban.domain.observation import Observation, Reason

PORT_MONITOR = HttpQuestion(method="HEAD", any_status=True)
STATUS_MONITOR = HttpQuestion()


def keyword(wanted: str = "", forbidden: str = "") -> HttpQuestion:
    return HttpQuestion(must_contain=wanted, must_not_contain=forbidden)


def asked(
    question: HttpQuestion, response: bytes, seconds: float = PATIENCE_SECONDS
) -> Observation:
    with listening(answers(response)) as port:
        return observe(http_check(port, question, seconds))


@pytest.mark.clause("N-3")
@pytest.mark.parametrize("status", ["200 OK", "401 Unauthorized", "404 Not Found", "503 Busy"])
def test_any_status_line_proves_the_server_of_a_port_monitor(status: str) -> None:
    observation = asked(PORT_MONITOR, page(b"", status=status))
    assert (observation.reason, observation.evidence) == (Reason.OK, f"HTTP/1.1 {status}")


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("200 OK", Reason.OK),
        ("204 No Content", Reason.OK),
        ("399 ?", Reason.OK),
        ("400 Bad Request", Reason.BAD_STATUS),
        ("503 Service Unavailable", Reason.BAD_STATUS),
    ],
)
def test_a_status_monitor_judges_the_status(status: str, reason: Reason) -> None:
    assert asked(STATUS_MONITOR, page(b"", status=status)).reason is reason


def test_the_evidence_of_a_bad_status_is_its_line_and_the_first_words() -> None:
    body = b"<html><title>Down</title><body><h1>Back soon</h1></body></html>"
    observation = asked(STATUS_MONITOR, page(body, status="503 Service Unavailable"))
    assert observation.evidence.startswith("HTTP/1.1 503 Service Unavailable")


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200\r\n\r\nhello",
        b"HTTP/1.0 200 OK\nServer: old\n\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello, then cut off",
        page(gzip.compress(b"hello", mtime=0), "Content-Encoding: gzip"),
        page(zlib.compress(b"hello"), "Content-Encoding: deflate"),
        page(zlib.compress(b"hello", wbits=-15), "Content-Encoding: deflate"),
    ],
)
def test_the_body_is_read_however_it_is_sent(response: bytes) -> None:
    assert asked(keyword("hello"), response).reason is Reason.OK


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("codec", "content_type"),
    [
        ("utf-8", "text/html; charset=utf-8"),
        ("euc-jp", "text/html; charset=EUC-JP"),
        ("shift_jis", "text/html; charset=Shift_JIS"),
    ],
)
def test_keywords_are_wanted_or_forbidden(codec: str, content_type: str) -> None:
    response = page("<p>ただいま準備中です</p>".encode(codec), f"Content-Type: {content_type}")
    assert asked(keyword(wanted="準備中"), response).reason is Reason.OK
    assert asked(keyword(wanted="営業中"), response).reason is Reason.CONTENT_MISSING
    assert asked(keyword(forbidden="準備中"), response).reason is Reason.CONTENT_FORBIDDEN
    assert asked(keyword(forbidden="営業中"), response).reason is Reason.OK


def test_a_keyword_after_the_limit_is_missing_and_the_evidence_says_so() -> None:
    observation = asked(keyword("the end"), page(b"x" * BODY_LIMIT + b"the end"))
    assert observation.reason is Reason.CONTENT_MISSING
    assert f"first {BODY_LIMIT} bytes" in observation.evidence


def test_a_compression_bomb_is_opened_no_further_than_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    observation = asked(keyword("x"), page(bomb, "Content-Encoding: gzip"))
    assert observation.reason is Reason.CONTENT_MISSING


def test_a_body_in_a_coding_that_was_not_asked_for_is_not_judged() -> None:
    observation = asked(keyword("x"), page(b"??", "Content-Encoding: br"))
    assert observation.reason is Reason.NOT_MEASURED


def redirecting(location: str, final: bytes, at_path: str) -> Observation:
    def respond(request: str) -> bytes:
        if request.split()[1] == at_path:
            return final
        return page(b"", f"Location: {location}", status="302 Found")

    question = HttpQuestion(highest_status=299, redirects=3)
    with listening(answers_each(respond)) as port:
        return observe(http_check(port, question))


def test_redirects_on_the_same_server_are_followed_to_the_last_status() -> None:
    assert redirecting("/new?x=1", page(b""), "/new?x=1").reason is Reason.OK


def test_a_redirect_loop_is_judged_by_its_last_status() -> None:
    observation = redirecting("/again", page(b""), "/never")
    assert observation.reason is Reason.BAD_STATUS
    assert "302 Found" in observation.evidence


def test_a_redirect_chain_longer_than_allowed_is_judged_by_its_last_status() -> None:
    asked_paths: list[str] = []

    def respond(request: str) -> bytes:
        asked_paths.append(request.split()[1])
        return page(b"", f"Location: /{len(asked_paths)}", status="302 Found")

    with listening(answers_each(respond)) as port:
        observation = observe(http_check(port, HttpQuestion(highest_status=299, redirects=3)))
    assert observation.reason is Reason.BAD_STATUS
    assert asked_paths == ["/", "/1", "/2", "/3"]


def test_a_redirect_to_another_server_is_not_followed() -> None:
    assert redirecting("http://127.0.0.9/", page(b""), "/never").reason is Reason.BAD_STATUS


def test_the_request_names_the_virtual_host_and_asks_for_plain_text() -> None:
    requests: list[str] = []

    def respond(request: str) -> bytes:
        requests.append(request)
        return page(b"")

    with listening(answers_each(respond)) as port:
        observe(http_check(port, HttpQuestion(host="shop.example", path="/検索", method="HEAD")))
    assert requests[0].startswith("HEAD /%E6%A4%9C%E7%B4%A2 HTTP/1.1\r\n")
    assert f"Host: shop.example:{port}\r\n" in requests[0]
    assert "Accept-Encoding: identity\r\n" in requests[0]


def test_a_head_response_with_a_length_has_no_body_to_wait_for() -> None:
    with listening(answers(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")) as port:
        question = HttpQuestion(method="HEAD")
        assert observe(http_check(port, question)).reason is Reason.OK


@pytest.mark.parametrize("to_head", [b"", b"gibberish\r\n\r\n"])
def test_a_server_that_cannot_answer_head_is_asked_with_get(to_head: bytes) -> None:
    def respond(request: str) -> bytes:
        return to_head if request.startswith("HEAD") else page(b"here")

    with listening(answers_each(respond)) as port:
        assert observe(http_check(port, PORT_MONITOR)).reason is Reason.OK
