"""HTTP and HTTPS monitors: port, status, redirects and keyword (catalogue 2.1: http, https; 2.2:
url_*).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from probe.probers.connection import connect
from probe.probers.content import contains, first_words
from probe.probers.response import Response, Wanted
from probe.probers.result import ProbeError, ProbeResult, observed, result_of
from probe.probers.target import RequestTarget, first_target, redirected
from probe.probers.tls import PlainStream, TlsStream
from toban.domain.check import Check, HttpQuestion
from toban.domain.observation import Observation, Reason

_NO_ANSWER = frozenset({Reason.BAD_ANSWER, Reason.RESET})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def probe(check: Check, at: Callable[[], datetime]) -> Observation:
    """Ask the check's HTTP question; never raises but for cancellation."""
    return await observed(check, at, _ask(check))


async def _ask(check: Check) -> ProbeResult:
    question = check.http
    if question is None:
        raise ProbeError(Reason.PROBER_FAULT, "the check holds no HTTP question")
    stage = _Stage(monotonic() + check.total_timeout_seconds)
    try:
        return _judged(question, await _response(check, question, stage))
    except TimeoutError as error:
        if error.errno is not None:
            raise
        words = f"{stage.words} within {check.total_timeout_seconds:g} s"
        raise ProbeError(Reason.TIMEOUT, words) from None


@dataclass(slots=True)
class _Stage:
    """When a probe must end (loop time), and how far it has come, for the evidence of a timeout."""

    end: float
    words: str = "no connection"


async def _response(check: Check, question: HttpQuestion, stage: _Stage) -> Response:
    """Return the last response; a server that cannot answer HEAD is asked again with GET."""
    try:
        return await _final_response(check, question, stage)
    except (ProbeError, ConnectionResetError) as error:
        if question.method != "HEAD" or result_of(error).reason not in _NO_ANSWER:
            raise
    return await _final_response(check, replace(question, method="GET"), stage)


async def _final_response(check: Check, question: HttpQuestion, stage: _Stage) -> Response:
    """Follow redirects on the same server; the last response counts when they end, loop or lead
    away.
    """
    target = first_target(check, question)
    seen = {target}
    while True:
        response = await _fetch(check, question, target, stage)
        location = response.headers.get("location", "")
        if response.status not in _REDIRECTS or len(seen) > question.redirects or not location:
            return response
        onward = redirected(target, location)
        if onward is None or onward in seen:
            return response
        seen.add(onward)
        target = onward


async def _fetch(
    check: Check, question: HttpQuestion, target: RequestTarget, stage: _Stage
) -> Response:
    stage.words = "no connection"
    timeout = check.connect_timeout_seconds
    with await connect(check.address, target.port, timeout, stage.end) as opened:
        stream: PlainStream | TlsStream = PlainStream(opened, stage.end)
        if target.tls:
            stage.words = "connected, but the TLS handshake did not end"
            stream = TlsStream(opened, target.host, question.verify_certificate, stage.end)
            await stream.open()
        stage.words = "connected, but no status line came"
        await stream.send(target.request(question.method))
        response = Response(_wanted(question), question.method)
        while not response.enough:
            received = await stream.receive()
            if not received:
                response.end()
                break
            response.feed(received)
            if response.status_line:
                stage.words = f"{response.status_line}; but the answer did not end"
        return response


def _wanted(question: HttpQuestion) -> Wanted:
    if question.any_status:
        return Wanted.STATUS_LINE
    if question.must_contain or question.must_not_contain:
        return Wanted.BODY
    return Wanted.HEADERS


def _judged(question: HttpQuestion, response: Response) -> ProbeResult:
    if question.any_status:
        return ProbeResult(Reason.OK, response.status_line)
    if not question.lowest_status <= response.status <= question.highest_status:
        return ProbeResult(Reason.BAD_STATUS, _evidence(response))
    if not (question.must_contain or question.must_not_contain):
        return ProbeResult(Reason.OK, response.status_line)
    return _content_judged(question, response)


def _content_judged(question: HttpQuestion, response: Response) -> ProbeResult:
    body, content_type = response.text_bytes(), response.headers.get("content-type", "")
    forbidden = question.must_not_contain
    if forbidden and contains(body, content_type, forbidden):
        words = f"found: {forbidden}; {_evidence(response)}"
        return ProbeResult(Reason.CONTENT_FORBIDDEN, words)
    if question.must_contain and not contains(body, content_type, question.must_contain):
        looked_at = f"not found in {'the first ' if response.truncated else ''}{len(body)} bytes"
        words = f"{looked_at}: {question.must_contain}; {_evidence(response)}"
        return ProbeResult(Reason.CONTENT_MISSING, words)
    return ProbeResult(Reason.OK, response.status_line)


def _evidence(response: Response) -> str:
    words = first_words(bytes(response.body), response.headers.get("content-type", ""))
    return f"{response.status_line}; {words}" if words else response.status_line
