"""Dialogues of the menu with scripted services: how each can be well, fail, or be hostile."""

import socket
import threading
from collections.abc import Sequence

import pytest

from probe.probers.lines import ANSWER_LIMIT
from tests.integration.menu_checks import Turn, answering, asked, menu_check
from tests.integration.peers import PATIENCE_SECONDS, free_port, observe, resets, says, silent
from toban.domain.observation import Reason, Status

EHLO = ("EHLO ", b"250-mx.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n")
WELL: list[tuple[str, bytes, Sequence[Turn]]] = [
    ("ssh", b"SSH-2.0-OpenSSH_9.2p1\r\n", []),
    ("ssh", b"SSH-1.99-Cisco-1.25\n", []),
    ("ssh", b"Authorized users only!\r\nSSH-2.0-OpenSSH_9.2p1\r\n", []),
    ("smtp", b"220 mx.example ESMTP\r\n", [EHLO]),
    ("smtp", b"220-mx.example\r\n220-no spam please\r\n220 ready\r\n", [("EHLO ", b"250 ok\r\n")]),
    ("submission", b"220 mx.example ESMTP\r\n", [EHLO]),
    ("submission", b"220 mx\r\n", [("EHLO ", b"250-mx\r\n250-AUTH=PLAIN LOGIN\r\n250 HELP\r\n")]),
    (
        "imap",
        b"* OK [CAPABILITY IMAP4rev1] ready\r\n",
        [("a NOOP", b"* 1 EXISTS\r\na OK done\r\n")],
    ),
    ("pop3", b"+OK POP3 ready <1.2@mx.example>\r\n", []),
    ("ftp", b"220-Welcome\r\n  to us\r\n220 ready\r\n", []),
    ("redis", b"", [("PING", b"+PONG\r\n")]),
    ("redis", b"", [("PING", b"-NOAUTH Authentication required.\r\n")]),
    ("memcached", b"", [("version", b"VERSION 1.6.18\r\n")]),
]


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(("item", "greeting", "turns"), WELL)
def test_a_service_that_speaks_its_protocol_is_up(
    item: str, greeting: bytes, turns: Sequence[Turn]
) -> None:
    assert asked(item, answering(greeting, *turns)).status is Status.UP


FAILING: list[tuple[str, bytes, Sequence[Turn], str]] = [
    ("ssh", b"Exceeded MaxStartups\r\n", [], "Exceeded MaxStartups"),
    ("ssh", b"HTTP/1.1 400 Bad Request\r\n\r\n", [], "HTTP/1.1 400"),
    ("smtp", b"421 too busy\r\n", [], "421 too busy"),
    ("smtp", b"554 no service for you\r\n", [], "554 no service"),
    ("smtp", b"2200 almost\r\n", [("EHLO ", b"502 what?\r\n")], "502 what?"),
    ("submission", b"220 mx\r\n", [("EHLO ", b"250-mx\r\n250 HELP\r\n")], "offers no STARTTLS"),
    ("imap", b"* BYE overloaded\r\n", [], "* BYE overloaded"),
    ("imap", b"* OK ready\r\n", [("a NOOP", b"* BYE going down\r\n")], "* BYE going down"),
    ("imap", b"* OK ready\r\n", [("a NOOP", b"a BAD what?\r\n")], "a BAD what?"),
    ("pop3", b"-ERR maildrop locked\r\n", [], "-ERR maildrop locked"),
    ("ftp", b"421 too many users\r\n", [], "421 too many users"),
    ("redis", b"", [("PING", b"-MISCONF snapshots fail\r\n")], "-MISCONF"),
    ("redis", b"", [("PING", b"-OOM command not allowed\r\n")], "-OOM"),
    ("memcached", b"", [("version", b"ERROR\r\n")], "to version: ERROR"),
]


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(("item", "greeting", "turns", "told"), FAILING)
def test_a_service_that_answers_otherwise_is_down_in_its_own_words(
    item: str, greeting: bytes, turns: Sequence[Turn], told: str
) -> None:
    # whoever has not said yet that it speaks SSH may still do so
    seconds = 0.7 if item == "ssh" else PATIENCE_SECONDS
    seen = asked(item, answering(greeting, *turns), seconds)

    assert seen.reason is Reason.BAD_ANSWER
    assert told in seen.evidence


@pytest.mark.parametrize(
    ("item", "greeting", "turns"),
    [
        ("redis", b"", [("PING", b"-LOADING Redis is loading the dataset in memory\r\n")]),
        ("redis", b"-DENIED Redis is running in protected mode\r\n", []),
        ("ssh", b"Not allowed at this time\r\n", []),
    ],
)
def test_a_service_that_is_starting_or_refuses_only_us_is_unknown(
    item: str, greeting: bytes, turns: Sequence[Turn]
) -> None:
    seen = asked(item, answering(greeting, *turns))

    assert (seen.status, seen.reason) == (Status.UNKNOWN, Reason.NOT_MEASURED)


PROTOCOLS = ["ssh", "smtp", "submission", "imap", "pop3", "ftp", "redis", "memcached"]


@pytest.mark.parametrize("item", PROTOCOLS)
def test_a_service_that_accepts_and_says_nothing_times_out(item: str) -> None:
    seen = asked(item, silent, seconds=0.3)

    assert seen.reason is Reason.TIMEOUT
    assert seen.evidence.endswith("within 0.3 s")


def test_silence_after_a_greeting_names_what_was_not_answered() -> None:
    seen = asked("smtp", answering(b"220 mx\r\n", ("EHLO ", b"")), seconds=2)

    assert (seen.reason, seen.evidence) == (
        Reason.TIMEOUT,
        "no answer to EHLO toban.invalid within 2 s",
    )


@pytest.mark.parametrize("item", PROTOCOLS)
def test_a_service_that_hangs_up_without_a_word_is_down(item: str) -> None:
    seen = asked(item, lambda connection: connection.shutdown(socket.SHUT_WR))

    assert (seen.status, seen.reason) == (Status.DOWN, Reason.BAD_ANSWER)


@pytest.mark.parametrize("item", PROTOCOLS)
def test_a_reset_is_told_as_a_reset(item: str) -> None:
    assert asked(item, resets).reason in {Reason.RESET, Reason.BAD_ANSWER}


@pytest.mark.parametrize("item", PROTOCOLS)
def test_where_nobody_listens_it_is_refused(item: str) -> None:
    port = free_port()

    assert (
        observe(menu_check(item, port, "port_25_allowed: yes" * (item == "smtp"))).reason
        is Reason.REFUSED
    )


@pytest.mark.parametrize("item", PROTOCOLS)
@pytest.mark.parametrize(
    "flood", [b"x" * 4096, b"\n" * 4096, b"220-x\r\n* x\r\n", bytes(range(256))]
)
def test_an_endless_answer_is_read_no_further_than_its_limit(item: str, flood: bytes) -> None:
    def babble(connection: socket.socket) -> None:
        while True:
            connection.sendall(flood)

    seen = asked(item, babble)

    assert seen.reason is Reason.BAD_ANSWER
    assert len(seen.evidence) < ANSWER_LIMIT // 10


def test_a_slow_drip_ends_with_the_time_of_the_check() -> None:
    def drip(connection: socket.socket) -> None:
        pause = threading.Event()
        while not pause.wait(0.05):
            connection.sendall(b"2")

    seen = asked("smtp", drip, seconds=2)

    assert seen.reason is Reason.BAD_ANSWER
    assert seen.evidence.startswith("connected, but no greeting within 2 s; heard: 2")


def test_an_answer_may_come_letter_by_letter() -> None:
    def spell(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for letter in b"220-a\r\n220 b\r\n":
            connection.send(bytes([letter]))
        silent(connection)

    assert asked("ftp", spell).status is Status.UP


def test_a_service_is_told_farewell() -> None:
    heard: list[bytes] = []

    def script(connection: socket.socket) -> None:
        connection.sendall(b"+OK ready\r\n")
        heard.append(connection.recv(100))

    asked("pop3", script)

    assert heard == [b"QUIT\r\n"]


def test_a_service_that_ignores_the_farewell_is_up_all_the_same() -> None:
    assert asked("pop3", says(b"+OK ready\r\n")).status is Status.UP
