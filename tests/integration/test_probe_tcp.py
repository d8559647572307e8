"""TCP port monitors against real sockets."""

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from probe.probers.tcp import BANNER_LIMIT
from probe.vantage import references_answer
from tests.integration.peers import (
    HERE,
    deaf,
    free_port,
    listening,
    observe,
    resets,
    says,
    silent,
    tcp_check,
)
from toban.domain.observation import Reason, Status

NEEDS_IPV6 = pytest.mark.skipif(
    not Path("/proc/net/if_inet6").is_file() or not Path("/proc/net/if_inet6").read_text(),
    reason="this machine has no IPv6 address",
)


@pytest.mark.clause("N-1", "N-3")
def test_a_port_that_accepts_is_up() -> None:
    with listening(silent) as port:
        assert observe(tcp_check(port)).status is Status.UP


@pytest.mark.clause("N-1", "N-3")
def test_a_port_where_nobody_listens_is_refused() -> None:
    observation = observe(tcp_check(free_port()))
    assert observation.reason is Reason.REFUSED
    assert observation.evidence == "Connection refused"


def test_a_port_that_drops_packets_times_out() -> None:
    with deaf() as port:
        observation = observe(tcp_check(port, seconds=0.4))
    assert observation.reason is Reason.TIMEOUT
    assert observation.evidence == "no connection within 0.4 s"


@NEEDS_IPV6
def test_an_ipv6_address_is_reached() -> None:
    with listening(silent, "::1") as port:
        assert observe(tcp_check(port, "::1")).reason is Reason.OK


def test_a_name_is_resolved() -> None:
    with listening(silent) as port:
        assert observe(tcp_check(port, "localhost")).reason is Reason.OK


def test_a_second_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(silent, "127.0.0.2") as port:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("127.0.0.3", "127.0.0.2")
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert observe(tcp_check(port, "two.example")).reason is Reason.OK


@pytest.mark.parametrize(
    ("code", "reason", "status"),
    [
        (socket.EAI_NONAME, Reason.DNS_ERROR, Status.DOWN),
        (socket.EAI_NODATA, Reason.DNS_ERROR, Status.DOWN),
        (socket.EAI_AGAIN, Reason.RESOLVER_FAILED, Status.UNKNOWN),
        (socket.EAI_FAIL, Reason.RESOLVER_FAILED, Status.UNKNOWN),
        (socket.EAI_SYSTEM, Reason.RESOLVER_FAILED, Status.UNKNOWN),
    ],
)
def test_only_a_name_that_does_not_exist_is_the_servers_fault(
    code: int, reason: Reason, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "the resolver's words")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    observation = observe(tcp_check(80, "web01.example"))
    assert (observation.reason, observation.status) == (reason, status)
    assert "the resolver's words" in observation.evidence


def test_a_name_that_cannot_be_a_name_is_our_fault() -> None:
    assert observe(tcp_check(80, "a" * 300 + "..example")).status is Status.UNKNOWN


def test_an_expected_banner_is_up_and_kept_as_evidence() -> None:
    with listening(says(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")) as port:
        observation = observe(tcp_check(port, banner="SSH-2.0-"))
    assert (observation.reason, observation.evidence) == (
        Reason.OK,
        "SSH-2.0-OpenSSH_9.2p1 Debian-2",
    )


def test_another_banner_is_a_bad_answer() -> None:
    with listening(says(b"554 no service for you\r\n")) as port:
        observation = observe(tcp_check(port, banner="220 "))
    assert observation.reason is Reason.BAD_ANSWER
    assert "554 no service for you" in observation.evidence


def test_a_banner_that_does_not_come_times_out() -> None:
    with listening(silent) as port:
        observation = observe(tcp_check(port, banner="SSH-", seconds=0.4))
    assert observation.reason is Reason.TIMEOUT
    assert observation.evidence == "connected, but no banner within 0.4 s"


def test_a_banner_counts_only_where_the_server_begins_with_it() -> None:
    with listening(says(b"421 busy, see 220\r\n220 ready\r\n")) as port:
        observation = observe(tcp_check(port, banner="220"))
    assert observation.reason is Reason.BAD_ANSWER
    assert observation.evidence == "not the expected banner: 421 busy, see 220"


def test_a_banner_may_come_letter_by_letter() -> None:
    def spell(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for letter in b"SSH-2.0-x\r\n":
            connection.send(bytes([letter]))
        silent(connection)

    with listening(spell) as port:
        assert observe(tcp_check(port, banner="SSH-2.0-x")).reason is Reason.OK


def test_connecting_and_listening_share_the_total_timeout() -> None:
    check = replace(tcp_check(80, "two.example", banner="SSH-"), connect_timeout_seconds=5)
    check = replace(check, total_timeout_seconds=0.4)
    with deaf() as port, pytest.MonkeyPatch.context() as patch:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (HERE, port))]
        patch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        observation = observe(replace(check, port=port))
    assert observation.reason is Reason.TIMEOUT
    assert observation.evidence == "no connection within 0.4 s"


def test_a_resolver_that_hangs_is_our_fault_even_when_no_time_is_left() -> None:
    answered = threading.Event()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(20))
        observation = observe(tcp_check(80, "slow.example", seconds=0.2))
        answered.set()
    assert observation.reason is Reason.RESOLVER_FAILED


def test_a_connection_closed_without_a_banner_is_a_bad_answer() -> None:
    with listening(lambda _: None) as port:
        observation = observe(tcp_check(port, banner="SSH-"))
    assert observation.reason is Reason.BAD_ANSWER


def test_a_reset_is_told_as_a_reset() -> None:
    with listening(resets) as port:
        assert observe(tcp_check(port, banner="SSH-")).reason is Reason.RESET


def test_an_endless_banner_is_read_no_further_than_its_limit() -> None:
    def babble(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"x" * 4096)

    with listening(babble) as port:
        observation = observe(tcp_check(port, banner="SSH-"))
    assert observation.reason is Reason.BAD_ANSWER
    assert len(observation.evidence) <= BANNER_LIMIT


def test_a_reference_target_that_refuses_proves_our_sight() -> None:
    assert references_answer([f"{HERE}:{free_port()}"])


def test_no_reference_target_answers_a_blind_prober(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probe.vantage.REFERENCE_SECONDS", 0.3)
    with deaf() as port:
        assert not references_answer([f"{HERE}:{port}", f"{HERE}:{port}"])


def test_without_reference_targets_we_trust_ourselves() -> None:
    assert references_answer([])
