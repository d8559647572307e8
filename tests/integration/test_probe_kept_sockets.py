"""Sockets that stay connected to agents from one round to the next."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from probe.probers import kept_sockets, snmp
from probe.shard import observe_all
from tests.integration.peers import HERE
from toban import clock
from toban.domain.check import Agent, Check, Kind
from toban.domain.observation import Observation, Reason


@contextlib.contextmanager
def agent(askers: list[int], *, mute: bool = False) -> Iterator[int]:
    """Answer each GET with no values; notes the port of whoever asks."""

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                request, asker = server.recvfrom(65_536)
                askers.append(asker[1])
                if not mute:
                    server.sendto(request.replace(b"\xa0", b"\xa2", 1), asker)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HERE, 0))
        server.settimeout(20)
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def rounds(ports: list[int], number: int = 2) -> list[Observation]:
    """Probe one agent at each port, round after round."""
    checks = [
        Check(
            f"acme.web{port}.agent",
            Kind.AGENT,
            HERE,
            0,
            20,
            20,
            agent=Agent(HERE, port, secret="c"),
        )
        for port in ports
    ]
    found = [observe_all(checks, {}, lambda _: "public", clock.now) for _ in range(number)]
    return [each for result in found for each in result.observations]


def test_an_agent_is_asked_over_the_socket_of_the_round_before() -> None:
    askers: list[int] = []
    with agent(askers) as port:
        assert {each.reason for each in rounds([port])} == {Reason.OK}
    assert len(askers) == 2
    assert len(set(askers)) == 1


def test_a_socket_whose_answer_may_still_come_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snmp, "REPLY_SECONDS", 0.2)
    askers: list[int] = []
    with agent(askers, mute=True) as port:
        assert {each.reason for each in rounds([port])} == {Reason.NO_REPLY}
    assert len(set(askers)) == 2


def test_no_more_sockets_are_kept_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_sockets, "MOST", 1)
    first: list[int] = []
    second: list[int] = []
    with agent(first) as one, agent(second) as other:
        rounds([one, other])
        assert kept_sockets.keep_at_most(1) == 0
    assert len({*first, *second}) > 2
