"""Agents that answer wrongly, by accident or on purpose: no exception, no wrong result."""

import contextlib
import errno
import os
import random
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyasn1.codec.ber import decoder, encoder  # type: ignore[import-untyped]
from pysnmp.proto.api import v2c  # type: ignore[import-untyped]

from probe.probers import snmp, usm
from probe.shard import observe_all
from toban import clock
from toban.domain.check import Agent, Check, Kind, ProcessQuestion, Resource, ResourceQuestion
from toban.domain.observation import Observation, Reason, Status

HERE = "127.0.0.1"
COMMUNITY = "public"
USER = (
    '{"user": "u", "auth_protocol": "SHA", "auth_key": "a", '
    '"priv_protocol": "AES", "priv_key": "p"}'
)
Reply = Callable[[bytes], list[bytes]]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever waits for what never comes."""
    monkeypatch.setattr(snmp, "REPLY_SECONDS", 0.2)


@contextlib.contextmanager
def agent_that(reply: Reply) -> Iterator[int]:
    """Send the datagrams that `reply` makes of each request; yields the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HERE, 0))
        server.settimeout(20)
        threading.Thread(target=_serve, args=(server, reply), daemon=True).start()
        yield server.getsockname()[1]


def _serve(server: socket.socket, reply: Reply) -> None:
    with contextlib.suppress(OSError):
        while True:
            request, asker = server.recvfrom(65_536)
            for datagram in reply(request):
                server.sendto(datagram, asker)


def observed(port: int, version: str = "2c", secret: str = COMMUNITY) -> list[Observation]:
    """Ask an agent, a process and a resource monitor in one go."""
    agent, process = Agent(HERE, port, version, "agent-secret"), ProcessQuestion("nginx")
    load = ResourceQuestion(Resource.LOAD, 3.0)
    checks = [
        Check("acme.web01.agent", Kind.AGENT, HERE, 0, 20, 20, agent=agent),
        Check("acme.web01.proc", Kind.PROCESS, HERE, 0, 20, 20, agent=agent, process=process),
        Check("acme.web01.load", Kind.RESOURCE, HERE, 0, 20, 20, agent=agent, resource=load),
    ]
    return list(observe_all(checks, {}, lambda _: secret, clock.now).observations)


def answered(
    request: bytes,
    change: Callable[[Any], None] = lambda _: None,
    value: Callable[[tuple[int, ...]], object] = lambda _: v2c.Integer32(7),
) -> bytes:
    """Make a well-formed answer to a request and let `change` spoil it; tables are empty."""
    message, _ = decoder.decode(request, asn1Spec=v2c.Message())
    asked = v2c.apiMessage.get_pdu(message)
    response = v2c.apiPDU.get_response(asked)
    if asked.tagSet == v2c.GetBulkRequestPDU.tagSet:
        response = v2c.apiPDU.get_response(v2c.GetRequestPDU())
        v2c.apiPDU.set_request_id(response, v2c.apiPDU.get_request_id(asked))
        value = lambda _: v2c.EndOfMibView("")  # noqa: E731
    pairs = [(oid, value(tuple(oid))) for oid, _ in v2c.apiPDU.get_varbinds(asked)]
    v2c.apiPDU.set_varbinds(response, pairs)
    change(response)
    v2c.apiMessage.set_pdu(message, response)
    encoded: bytes = encoder.encode(message)
    return encoded


def nothing_is_known(observations: list[Observation], agent: Reason) -> None:
    """The agent's own monitor tells what is wrong with it; all others are unknown."""
    assert observations[0].reason is agent
    assert {one.status for one in observations[1:]} == {Status.UNKNOWN}


def test_a_well_formed_answer_of_this_peer_is_accepted() -> None:
    with agent_that(lambda request: [answered(request)]) as port:
        assert observed(port)[0].reason is Reason.OK


@pytest.mark.parametrize(
    "garbage", [b"", b"\x30", b"\x30\x82\xff\xff", b"HTTP/1.1 400 Bad Request", b"\x00" * 1400]
)
def test_wrong_ber_is_a_bad_answer(garbage: bytes) -> None:
    with agent_that(lambda _: [garbage]) as port:
        nothing_is_known(observed(port), Reason.BAD_ANSWER)


def test_answers_damaged_anywhere_never_get_through_as_an_exception() -> None:
    chance = random.Random(20150420)  # noqa: S311 - damage, not a secret

    def damaged(request: bytes) -> list[bytes]:
        answer = bytearray(answered(request))
        for _ in range(chance.randint(1, 4)):
            answer[chance.randrange(len(answer))] = chance.randrange(256)
        return [bytes(answer[: chance.randint(1, len(answer))])]

    with agent_that(damaged) as port:
        for _ in range(40):
            for observation in observed(port):
                assert observation.reason is not Reason.PROBER_FAULT, observation.evidence


@pytest.mark.usefixtures("impatient")
def test_an_answer_to_another_request_is_not_taken() -> None:
    def other(request: bytes) -> list[bytes]:
        return [answered(request, lambda pdu: v2c.apiPDU.set_request_id(pdu, 1))]

    with agent_that(other) as port:
        for observation in observed(port):
            assert observation.status is not Status.UP


@pytest.mark.usefixtures("impatient")
def test_an_answer_from_another_address_is_not_taken() -> None:
    asked: list[bytes] = []
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as agent,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        agent.bind((HERE, 0))
        agent.settimeout(20)
        stranger.bind(("127.0.0.2", 0))

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    request, asker = agent.recvfrom(65_536)
                    asked.append(request)
                    stranger.sendto(answered(request), asker)

        threading.Thread(target=serve, daemon=True).start()
        nothing_is_known(observed(agent.getsockname()[1]), Reason.NO_REPLY)
    assert asked


def test_the_first_answer_lost_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snmp, "REPLY_SECONDS", 1.0)
    lost: list[bytes] = []

    def forgetful(request: bytes) -> list[bytes]:
        if not lost:
            lost.append(request)
            return []
        return [answered(request)]

    with agent_that(forgetful) as port:
        assert observed(port)[0].reason is Reason.OK


def test_an_error_status_of_the_agent_proves_that_it_lives_but_measures_nothing() -> None:
    def refused(request: bytes) -> list[bytes]:
        return [answered(request, lambda pdu: v2c.apiPDU.set_error_status(pdu, 16))]

    with agent_that(refused) as port:
        assert {one.status for one in observed(port)[1:]} == {Status.UNKNOWN}


def test_a_table_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snmp, "ROW_LIMIT", 200)
    row = iter(range(1, 1_000_000))

    def endless(request: bytes) -> list[bytes]:
        if request.find(b"\xa5") < 0:
            return [answered(request, value=lambda _: v2c.NoSuchInstance(""))]
        message, _ = decoder.decode(request, asn1Spec=v2c.Message())
        [(column, _)] = v2c.apiBulkPDU.get_varbinds(v2c.apiMessage.get_pdu(message))
        table = tuple(column)[:11]
        rows = [((*table, next(row)), v2c.OctetString(os.urandom(4).hex())) for _ in range(20)]

        def fill(pdu: Any) -> None:
            v2c.apiPDU.set_varbinds(pdu, rows)

        return [answered(request, fill)]

    with agent_that(endless) as port:
        agent, process, _ = observed(port)
    assert agent.reason is Reason.OK
    assert process.reason is Reason.AGENT_SILENT
    assert "does not end" in process.evidence


@pytest.mark.parametrize("garbage", [b"\x30\x03\x02\x01\x03", b"\xff" * 100])
def test_garbage_in_answer_to_a_v3_discovery_is_no_exception(garbage: bytes) -> None:
    with agent_that(lambda _: [garbage]) as port:
        nothing_is_known(observed(port, "3", USER), Reason.BAD_ANSWER)


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.EMFILE, Reason.NO_DESCRIPTORS), (errno.ENETUNREACH, Reason.NO_ROUTE)],
)
def test_what_our_own_side_lacks_is_no_fault_of_the_agent(
    number: int, reason: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    def no_session(*_: object, **__: object) -> None:
        raise OSError(f"{os.strerror(number)} (os error {number})")

    monkeypatch.setattr(socket.socket, "connect", fail)
    monkeypatch.setattr(usm, "SnmpSession", no_session)
    assert {one.reason for one in observed(1)} == {reason}
    assert {one.reason for one in observed(1, "3", USER)} == {reason}


def test_what_is_too_big_for_one_answer_is_asked_for_in_parts() -> None:
    asked: list[int] = []

    def small(request: bytes) -> list[bytes]:
        message, _ = decoder.decode(request, asn1Spec=v2c.Message())
        asked.append(len(v2c.apiPDU.get_varbinds(v2c.apiMessage.get_pdu(message))))
        if asked[-1] > 1:
            return [answered(request, lambda pdu: v2c.apiPDU.set_error_status(pdu, 1))]
        return [answered(request)]

    with agent_that(small) as port:
        agent, _, load = observed(port)
    assert (agent.reason, load.reason) == (Reason.OK, Reason.OK)
    assert max(asked) > 1


def test_values_beside_an_error_are_not_believed() -> None:
    def general_error(request: bytes) -> list[bytes]:
        return [answered(request, lambda pdu: v2c.apiPDU.set_error_status(pdu, 5))]

    with agent_that(general_error) as port:
        agent, _, load = observed(port)
    assert agent.reason is Reason.OK
    assert load.reason is Reason.NOT_MEASURED
