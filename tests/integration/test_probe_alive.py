"""Whether a host is there, against real sockets of this machine."""

import contextlib
import errno
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.probers import PROBERS
from tests.integration.peers import (
    HERE,
    PATIENCE_SECONDS,
    deaf,
    free_port,
    listening,
    observe,
    silent,
    until,
)
from toban.domain.check import AliveQuestion, Check, Kind
from toban.domain.observation import Observation, Reason, Status
from toban.domain.vantage import judge


def knocked(*ports: int, address: str = HERE, seconds: float = PATIENCE_SECONDS) -> Observation:
    question = AliveQuestion(ports)
    check = Check("acme.web01.ping", Kind.ALIVE, address, 0, seconds, seconds, alive=question)
    return observe(check)


@contextlib.contextmanager
def connecting_fails(code: int) -> Iterator[None]:
    """Let the kernel's answer to every connection attempt be this error."""

    def refuse(self: socket.socket, address: object) -> None:
        del self, address
        raise OSError(code, "as the kernel would say")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield


def test_a_host_that_accepts_at_one_port_is_alive() -> None:
    with listening(silent) as port:
        observation = knocked(port)
    assert observation.reason is Reason.OK
    assert observation.evidence == f"port {port}: accepts connections"


@pytest.mark.clause("N-1")
def test_a_host_that_refuses_is_alive() -> None:
    port = free_port()
    observation = knocked(port)
    assert observation.status is Status.UP
    assert observation.evidence == f"port {port}: Connection refused"


def test_a_host_that_resets_is_alive() -> None:
    with connecting_fails(errno.ECONNRESET):
        assert knocked(22).status is Status.UP


@pytest.mark.clause("N-1")
def test_a_host_that_drops_everything_is_down_and_every_port_is_told() -> None:
    with deaf() as first, deaf() as second:
        observation = knocked(first, second, seconds=0.6)
    assert observation.reason is Reason.TIMEOUT
    assert [part.partition(":")[0] for part in observation.evidence.split("; ")] == [
        f"port {first}",
        f"port {second}",
    ]


def test_one_living_port_behind_a_firewall_that_drops_the_others_is_enough() -> None:
    with deaf() as dropped, listening(silent) as port:
        assert knocked(dropped, port, seconds=0.6).status is Status.UP


def test_a_host_that_a_router_calls_unreachable_is_down() -> None:
    with connecting_fails(errno.EHOSTUNREACH):
        observation = knocked(22, 80)
    assert observation.reason is Reason.UNREACHABLE
    assert observation.evidence == "port 22: No route to host; port 80: No route to host"


@pytest.mark.parametrize("code", [errno.ENETUNREACH, errno.EMFILE, errno.EADDRNOTAVAIL])
def test_what_fails_on_our_own_side_says_nothing_about_the_host(code: int) -> None:
    with connecting_fails(code):
        assert knocked(22, 80, 443).status is Status.UNKNOWN


def test_one_port_that_we_could_not_ask_leaves_the_host_in_doubt() -> None:
    with deaf() as port:
        assert knocked(port, 70_000, seconds=0.4).status is Status.UNKNOWN


def test_a_name_with_no_address_is_the_servers_fault_and_a_failing_resolver_ours() -> None:
    for code, reason in (
        (socket.EAI_NONAME, Reason.DNS_ERROR),
        (socket.EAI_AGAIN, Reason.RESOLVER_FAILED),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", _failing(code))
            assert knocked(22, address="web01.example").reason is reason


def _failing(code: int) -> object:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "the resolver's words")

    return fail


def test_a_check_without_ports_is_our_own_mistake() -> None:
    assert knocked().status is Status.UNKNOWN


def test_silence_counts_for_nothing_when_the_prober_itself_sees_nothing() -> None:
    with deaf() as port:
        observation = knocked(port, seconds=0.3)
    (judged,) = judge([observation], lambda: False)
    assert judged.reason is Reason.BLIND


def test_no_descriptor_is_left_open() -> None:
    with deaf() as dropped, listening(silent) as port:
        knocked(dropped, port, seconds=0.3)
        before = _descriptors()
        for _ in range(5):
            knocked(dropped, port, seconds=0.1)
        assert until(lambda: _descriptors() <= before)


def _descriptors() -> int:
    return sum(path.is_socket() for path in Path("/proc/self/fd").iterdir())


def test_every_kind_has_a_prober() -> None:
    assert set(PROBERS) == set(Kind)
