"""DNS servers: one question over UDP, then over TCP (catalogue 2.1: dns).

Only silence and errors over UDP are failures. What TCP does is told beside it: the catalogue warns
of it, and zones work without.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from datetime import datetime

from probe.probers.connection import SocketAddress, connect_any, resolve
from probe.probers.dns_message import AnswerHeader, answer_to, query
from probe.probers.in_time import Stage, in_time
from probe.probers.result import ProbeError, ProbeResult, observed, result_of
from toban.domain.check import Check, DnsQuestion
from toban.domain.observation import UNKNOWN_REASONS, Observation, Reason

REPLY_SECONDS = 3.0
TRIES = 3
STRANGERS = 100
"""Datagrams that answer something else, after which nothing more is read from this address."""
_DATAGRAM = 4_096
_LENGTH = 2


async def probe(check: Check, at: Callable[[], datetime]) -> Observation:
    """Ask the check's name; never raises but for cancellation."""
    return await observed(check, at, _ask(check))


async def _ask(check: Check) -> ProbeResult:
    question = check.dns
    if question is None:
        raise ProbeError(Reason.PROBER_FAULT, "the check holds no DNS question")
    stage = Stage("no answer over UDP")
    return await in_time(check, stage, _asked_both_ways(check, question))


async def _asked_both_ways(check: Check, question: DnsQuestion) -> ProbeResult:
    target = (await resolve(check.address, check.port, check.connect_timeout_seconds))[0]
    family, where = target
    seconds = min(REPLY_SECONDS, check.total_timeout_seconds / (2 * TRIES))
    with socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as opened:
        opened.connect(where)  # the kernel drops what comes from another address
        answer = await _over_udp(opened, question, seconds)
    shown = f"{answer.rcode} for {question.record} {question.name}"
    if answer.rcode != "NOERROR":
        raise ProbeError(Reason.BAD_ANSWER, shown)
    tcp = await _over_tcp(check, question, [target])
    return ProbeResult(Reason.OK, f"{shown}, {answer.records} records; over TCP: {tcp}")


async def _over_udp(opened: socket.socket, question: DnsQuestion, seconds: float) -> AnswerHeader:
    loop = asyncio.get_running_loop()
    strangers = 0
    for _ in range(TRIES):
        number = int.from_bytes(os.urandom(2))
        await loop.sock_sendall(opened, query(question, number))
        try:
            async with asyncio.timeout(seconds):
                while strangers < STRANGERS:
                    message = await loop.sock_recv(opened, _DATAGRAM)
                    answer = answer_to(question, number, message)
                    if answer is not None:
                        return answer
                    strangers += 1
        except TimeoutError as error:
            if error.errno is not None:
                raise
    raise _silence(strangers)


def _silence(strangers: int) -> ProbeError:
    if strangers:
        words = f"{strangers} datagrams, none of them an answer to what we asked"
        return ProbeError(Reason.BAD_ANSWER, words)
    return ProbeError(Reason.NO_REPLY, f"no answer over UDP to {TRIES} questions")


async def _over_tcp(check: Check, question: DnsQuestion, targets: list[SocketAddress]) -> str:
    """Return what TCP does, in words; our own faults are told as such."""
    seconds = min(REPLY_SECONDS, check.total_timeout_seconds / 4)
    try:
        async with asyncio.timeout(seconds):
            with await connect_any(targets, seconds) as opened:
                return await _tcp_answer(opened, question)
    except (OSError, ProbeError) as error:
        result = result_of(error)
        ours = "not asked, " if result.reason in UNKNOWN_REASONS else ""
        return f"{ours}{result.evidence}"


async def _tcp_answer(opened: socket.socket, question: DnsQuestion) -> str:
    loop = asyncio.get_running_loop()
    number = int.from_bytes(os.urandom(2))
    message = query(question, number)
    await loop.sock_sendall(opened, len(message).to_bytes(_LENGTH) + message)
    received = b""
    while len(received) < _LENGTH or len(received) < _LENGTH + int.from_bytes(received[:_LENGTH]):
        part = await loop.sock_recv(opened, _DATAGRAM)
        if not part:
            return "connection closed without an answer"
        received += part
    answer = answer_to(question, number, received[_LENGTH:])
    return "not an answer to what we asked" if answer is None else answer.rcode
