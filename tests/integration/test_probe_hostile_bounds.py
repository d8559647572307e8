"""Peers that never stop: each is left after a bounded number of bytes and within its own time, with
the reason that fits, and hurts nobody who is probed beside it.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from time import monotonic

import pytest

from probe.probers import community, snmp
from probe.probers.wire import close_wire, receive
from probe.shard import observe_all
from tests.integration.peers import (
    HERE,
    answers,
    answers_each,
    drips,
    http_check,
    listening,
    observe,
    page,
    read_request,
    tcp_check,
)
from toban import clock
from toban.domain.check import Agent, Check, HttpQuestion, Kind
from toban.domain.observation import EVIDENCE_LIMIT, Reason

SENT_AT_MOST = 32 * 2**20
"""What the buffers of both kernels hold is in it; a reader without a limit would take gigabytes."""
KEYWORD = HttpQuestion(must_contain="never said")
HELLO = b"HTTP/1.1 200 OK\r\n"


class Endless:
    """Sends the same bytes until the prober hangs up, and counts them."""

    def __init__(self, start: bytes, more: bytes, *, asked_first: bool = True) -> None:
        self.sent = 0
        self.left = threading.Event()
        self._start, self._more, self._asked_first = start, more, asked_first

    def __call__(self, connection: socket.socket) -> None:
        try:
            if self._asked_first:
                read_request(connection)
            connection.sendall(self._start)
            while True:
                self.sent += connection.send(self._more)
        finally:
            self.left.set()


def banner_check(port: int) -> Check:
    return tcp_check(port, banner="SSH-", seconds=30)


def keyword_check(port: int) -> Check:
    return http_check(port, KEYWORD, 30)


@pytest.mark.parametrize(
    ("peer", "check", "reason"),
    [
        (Endless(b"", b"x" * 4096, asked_first=False), banner_check, Reason.BAD_ANSWER),
        (Endless(b"", b"x" * 4096), keyword_check, Reason.BAD_ANSWER),
        (Endless(HELLO, b"X-Header: yes\r\n" * 99), keyword_check, Reason.BAD_ANSWER),
        (Endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), keyword_check, Reason.BAD_ANSWER),
        (
            Endless(HELLO + b"Content-Length: 99999999999\r\n\r\n", b"x" * 4096),
            keyword_check,
            Reason.CONTENT_MISSING,
        ),
        (
            Endless(HELLO + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 999),
            keyword_check,
            Reason.CONTENT_MISSING,
        ),
    ],
)
def test_who_never_stops_sending_is_left_after_so_many_bytes(
    peer: Endless, check: Callable[[int], Check], reason: Reason
) -> None:
    with listening(peer) as port:
        seen = observe(check(port))
        assert peer.left.wait(20)
    assert seen.reason is reason
    assert len(seen.evidence) <= EVIDENCE_LIMIT
    assert peer.sent < SENT_AT_MOST


def test_a_banner_in_drops_ends_with_the_time_of_the_check() -> None:
    def drip(connection: socket.socket) -> None:
        pause = threading.Event()
        while not pause.wait(0.05):
            connection.sendall(b"S")

    with listening(drip) as port:
        seen = observe(tcp_check(port, banner="SSH-", seconds=0.5))
    assert seen.reason is Reason.BAD_ANSWER
    assert seen.evidence.startswith("not the expected banner: SS")


def test_a_handshake_in_drops_ends_with_the_time_of_the_check() -> None:
    record = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"

    def drip(connection: socket.socket) -> None:
        connection.sendall(record)
        pause = threading.Event()
        while not pause.wait(0.05):
            connection.sendall(b"\x03")

    with listening(drip) as port:
        seen = observe(http_check(port, HttpQuestion(tls=True), 0.5))
    assert seen.reason is Reason.TIMEOUT
    assert "handshake" in seen.evidence


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x03\xff\xff" + b"x" * 70_000,
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"\x16\x03\x03\x00\x04\x02\xff\xff\xff",
    ],
)
def test_tls_that_is_none_is_a_tls_error(garbage: bytes) -> None:
    def speak(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(garbage)

    with listening(speak) as port:
        assert observe(http_check(port, HttpQuestion(tls=True))).reason is Reason.TLS_ERROR


def test_a_redirect_that_always_leads_further_is_followed_so_often_and_no_more() -> None:
    asked: list[str] = []

    def onward(request: str) -> bytes:
        asked.append(request)
        return page(b"", f"Location: /{len(asked)}", status="302 Found")

    question = HttpQuestion(redirects=5, lowest_status=200, highest_status=299)
    with listening(answers_each(onward)) as port:
        assert observe(http_check(port, question, 30)).reason is Reason.BAD_STATUS
    assert len(asked) == 1 + 5


@contextlib.contextmanager
def flooding_agent() -> Iterator[int]:
    """Once asked, send without end what looks like an answer, and is none to the question."""
    other = b"0\x1b\x02\x01\x01\x04\x06public\xa2\x0e\x02\x04\x01\0\0\0\x02\x01\0\x02\x01\x000\0"
    over = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HERE, 0))
        server.settimeout(20)

        def flood() -> None:
            with contextlib.suppress(OSError):
                _, asker = server.recvfrom(65_536)
                while not over.is_set():
                    with contextlib.suppress(ConnectionRefusedError):
                        server.sendto(other, asker)

        thread = threading.Thread(target=flood, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()


def agent_check(port: int, seconds: float) -> Check:
    agent = Agent(HERE, port, secret="community")
    return Check("acme.web01.agent", Kind.AGENT, HERE, 0, seconds, seconds, agent=agent)


def test_an_agent_that_floods_us_with_other_answers_ends_in_its_time_and_hurts_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snmp, "REPLY_SECONDS", 0.2)
    with flooding_agent() as port, listening(answers(page(b"well"))) as web:
        checks = [agent_check(port, 1.0), *[http_check(web, HttpQuestion(), 20)] * 20]
        flooded, *others = observe_all(checks, {}, lambda _: "public", clock.now).observations
    assert flooded.reason is Reason.NO_REPLY
    assert {each.reason for each in others} == {Reason.OK}


def test_what_a_flooding_agent_has_sent_is_not_kept_for_the_next_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snmp, "REPLY_SECONDS", 0.2)
    given_back: list[object] = []
    monkeypatch.setattr(community, "give_back", lambda agent, _: given_back.append(agent))
    with flooding_agent() as port:
        observe(agent_check(port, 1.0), {"community": "public"})
    assert not given_back


def test_who_is_out_of_time_is_not_heard_any_more_however_much_is_waiting() -> None:
    async def hear() -> bytes:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with ours, theirs:
            ours.setblocking(False)
            theirs.send(b"always more")
            try:
                return await receive(ours, 100, monotonic())
            finally:
                close_wire()

    with pytest.raises(TimeoutError):
        asyncio.run(hear())


def test_drops_that_never_make_an_answer_cost_their_own_time_only() -> None:
    with (
        listening(drips(HELLO, b"X: y\r\n", every_seconds=0.05)) as slow,
        listening(answers(page(b"well"))) as web,
    ):
        pairs = [http_check(slow, HttpQuestion(), 1.0), http_check(web, HttpQuestion(), 20.0)]
        found = observe_all(pairs * 30, {}, str, clock.now).observations
    assert [each.reason for each in found] == [Reason.TIMEOUT, Reason.OK] * 30
