"""DNS monitors with scripted name servers: silence, errors, strangers, hostile answers."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from probe.probers import dns
from tests.integration.menu_checks import menu_check
from tests.integration.peers import HERE, PATIENCE_SECONDS, observe, wake
from toban.domain.observation import Observation, Reason, Status

Reply = Callable[[bytes], list[bytes]]


def answered(query: bytes, flags: int = 0x8400, records: int = 1) -> bytes:
    """Return an answer with the query's number and question."""
    return query[:2] + struct.pack(">5H", flags, 1, records, 0, 0) + query[12:]


@contextlib.contextmanager
def name_server(over_udp: Reply, over_tcp: Reply | None = None) -> Iterator[int]:
    """Answer each question over UDP, and over TCP where given; yields the port of both."""
    tcp, udp = _pair()
    with tcp, udp:
        threading.Thread(target=_serve_udp, args=(udp, over_udp), daemon=True).start()
        if over_tcp is None:
            tcp.close()
        else:
            threading.Thread(target=_serve_tcp, args=(tcp, over_tcp), daemon=True).start()
        try:
            yield int(udp.getsockname()[1])
        finally:
            wake(tcp)
            wake(udp)


def _pair() -> tuple[socket.socket, socket.socket]:
    """Return a TCP and a UDP socket at one port that is free for both."""
    while True:
        tcp = socket.create_server((HERE, 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            tcp.close()
            udp.close()
        else:
            return tcp, udp


def _serve_udp(udp: socket.socket, reply: Reply) -> None:
    with contextlib.suppress(OSError):
        while True:
            query, client = udp.recvfrom(4096)
            if not query:
                return
            for answer in reply(query):
                udp.sendto(answer, client)


def _serve_tcp(tcp: socket.socket, reply: Reply) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = tcp.accept()
            with connection, contextlib.suppress(OSError):
                query = connection.recv(4096)[2:]
                for answer in reply(query):
                    connection.sendall(len(answer).to_bytes(2) + answer)
                connection.recv(1)


def asked(
    over_udp: Reply, over_tcp: Reply | None = None, seconds: float = PATIENCE_SECONDS
) -> Observation:
    with name_server(over_udp, over_tcp) as port:
        return observe(menu_check("dns", port, "name: acme.example", seconds))


def good(query: bytes) -> list[bytes]:
    return [answered(query)]


def nothing(query: bytes) -> list[bytes]:
    del query
    return []


@pytest.mark.clause("N-3")
def test_a_server_that_answers_both_ways_is_up() -> None:
    seen = asked(good, good)

    assert seen.evidence == "NOERROR for SOA acme.example, 1 records; over TCP: NOERROR"


@pytest.mark.clause("N-3")
def test_a_server_without_tcp_is_up_and_that_is_told() -> None:
    seen = asked(good)

    assert (seen.status, seen.evidence.endswith("over TCP: Connection refused")) == (
        Status.UP,
        True,
    )


def test_a_server_whose_tcp_hangs_is_up() -> None:
    assert asked(good, nothing, seconds=0.9).status is Status.UP


@pytest.mark.parametrize(
    ("code", "rcode"),
    [(1, "FORMERR"), (2, "SERVFAIL"), (3, "NXDOMAIN"), (5, "REFUSED"), (9, "RCODE9")],
)
def test_an_error_is_down_by_its_name(code: int, rcode: str) -> None:
    seen = asked(lambda query: [answered(query, 0x8400 | code, 0)])

    assert (seen.reason, seen.evidence) == (Reason.BAD_ANSWER, f"{rcode} for SOA acme.example")


def test_an_error_without_the_question_is_understood() -> None:
    seen = asked(lambda query: [query[:2] + struct.pack(">5H", 0x8401, 0, 0, 0, 0)])

    assert seen.evidence.startswith("FORMERR")


def test_a_truncated_answer_over_udp_is_an_answer() -> None:
    assert asked(lambda query: [answered(query, 0x8600, 0)], good).status is Status.UP


def test_a_name_in_other_letters_is_the_same_name() -> None:
    assert asked(lambda query: [answered(query[:12] + query[12:].upper())], good).status is (
        Status.UP
    )


def test_silence_is_no_reply() -> None:
    assert asked(nothing, seconds=0.9).reason is Reason.NO_REPLY


def test_a_lost_datagram_is_no_failure() -> None:
    lost: list[bytes] = []

    def forgetful(query: bytes) -> list[bytes]:
        lost.append(query)
        return [] if len(lost) < dns.TRIES else good(query)

    assert asked(forgetful, good, seconds=3).status is Status.UP


@pytest.mark.parametrize(
    "strange",
    [
        lambda query: [bytes([query[0] ^ 1]) + answered(query)[1:]],
        lambda query: [answered(query[:12] + b"\5other\7example\0\0\6\0\1")],
        lambda query: [query],
        lambda query: [b"", b"\0", query[:11], b"\xff" * 4000],
        lambda query: [answered(query)[:-3]],
        lambda query: [b"x" * 30] * (2 * dns.STRANGERS),
    ],
)
def test_what_answers_something_else_is_not_believed(strange: Reply) -> None:
    seen = asked(strange, seconds=1.5)

    assert (seen.reason, "none of them" in seen.evidence) == (Reason.BAD_ANSWER, True)


def test_a_forged_answer_before_the_real_one_is_passed_over() -> None:
    seen = asked(lambda query: [b"\0\0" + answered(query)[2:], answered(query)], good)

    assert seen.status is Status.UP


def test_an_answer_from_another_address_is_no_answer() -> None:
    def from_elsewhere(query: bytes) -> list[bytes]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.9", 0))
            stranger.sendto(answered(query), (HERE, clients[0]))
        return []

    clients: list[int] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((HERE, 0))

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    query, client = udp.recvfrom(4096)
                    clients[:] = [client[1]]
                    from_elsewhere(query)

        threading.Thread(target=serve, daemon=True).start()
        seen = observe(menu_check("dns", udp.getsockname()[1], "name: acme.example", 0.6))

    assert seen.reason is Reason.NO_REPLY


@pytest.mark.parametrize(
    "odd", [lambda query: [query], lambda _: [b""], lambda _: [b"x" * 60_000, b"y" * 60_000]]
)
def test_nonsense_over_tcp_is_told_beside_what_udp_proved(odd: Reply) -> None:
    seen = asked(good, odd)

    assert (seen.status, "not an answer" in seen.evidence) == (Status.UP, True)


def test_a_name_that_cannot_be_asked_for_is_our_own_fault() -> None:
    check = menu_check("dns", 53, "name: acme.example")
    assert check.dns is not None
    name = replace(check, dns=replace(check.dns, name="a" * 64 + ".example"))

    assert observe(name).reason is Reason.PROBER_FAULT
