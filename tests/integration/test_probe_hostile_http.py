"""HTTP monitors against servers that are broken or mean it: bounded in time and bytes, never an
exception.
"""

import pytest

from probe.probers.response import HEADER_LIMIT
from tests.integration.peers import (
    answers,
    drips,
    free_port,
    http_check,
    listening,
    observe,
    resets,
    silent,
)
from toban.domain.check import HttpQuestion
from toban.domain.observation import EVIDENCE_LIMIT, Reason

PORT_MONITOR = HttpQuestion(method="HEAD", any_status=True)
STATUS_MONITOR = HttpQuestion()
KEYWORD_MONITOR = HttpQuestion(must_contain="fast")


@pytest.mark.parametrize("question", [PORT_MONITOR, STATUS_MONITOR, KEYWORD_MONITOR])
@pytest.mark.parametrize(
    "response",
    [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 ok fine\r\n\r\n", b"\x15\x03\x01\0\x02\x02P"],
)
def test_what_is_no_http_is_a_bad_answer(question: HttpQuestion, response: bytes) -> None:
    with listening(answers(response)) as port:
        assert observe(http_check(port, question)).reason is Reason.BAD_ANSWER


def test_a_refused_connection_is_told_as_refused() -> None:
    assert observe(http_check(free_port(), STATUS_MONITOR)).reason is Reason.REFUSED


def test_a_reset_before_the_answer_is_told_as_a_reset() -> None:
    with listening(resets) as port:
        assert observe(http_check(port, STATUS_MONITOR)).reason is Reason.RESET


def test_a_server_that_accepts_and_never_answers_times_out() -> None:
    with listening(silent) as port:
        observation = observe(http_check(port, PORT_MONITOR, 0.4))
    assert observation.reason is Reason.TIMEOUT
    assert observation.evidence == "connected, but no status line came within 0.4 s"


@pytest.mark.parametrize(
    ("start", "drop", "question"),
    [
        (b"", b"H", PORT_MONITOR),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", STATUS_MONITOR),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"slow ", KEYWORD_MONITOR),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", KEYWORD_MONITOR),
    ],
)
def test_a_slow_drip_ends_at_the_total_timeout(
    start: bytes, drop: bytes, question: HttpQuestion
) -> None:
    with listening(drips(start, drop, every_seconds=0.05)) as port:
        assert observe(http_check(port, question, 0.5)).reason is Reason.TIMEOUT


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"\r\n" * 1000),
        (b"", b"x" * 1000),
        (b"HTTP/1.1 200 ", b"x" * 1000),
        (b"HTTP/1.1 200 OK\r\n", b"X-Header: yes\r\n" * 100),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x" * 1000),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    ],
)
@pytest.mark.parametrize("question", [STATUS_MONITOR, KEYWORD_MONITOR])
def test_headers_without_end_are_a_bad_answer(
    start: bytes, drop: bytes, question: HttpQuestion
) -> None:
    with listening(drips(start, drop)) as port:
        observation = observe(http_check(port, question, 10))
    assert observation.reason is Reason.BAD_ANSWER
    assert len(observation.evidence) <= EVIDENCE_LIMIT < HEADER_LIMIT


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"no keyword here " * 500),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"extension" * 1000),
    ],
)
def test_a_body_without_end_is_read_no_further_than_the_limit(start: bytes, drop: bytes) -> None:
    with listening(drips(start, drop)) as port:
        observation = observe(http_check(port, KEYWORD_MONITOR, 10))
    assert observation.reason in {Reason.CONTENT_MISSING, Reason.BAD_ANSWER}


def test_an_endless_body_does_not_matter_to_a_status_monitor() -> None:
    with listening(drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000)) as port:
        assert observe(http_check(port, STATUS_MONITOR)).reason is Reason.OK
