"""Services that speak in lines over TCP: greeting, question, answer, farewell (catalogue 2.1)."""

import asyncio
import contextlib
import re
import socket
from collections.abc import Callable, Sequence
from datetime import datetime

from probe.probers.connection import connect
from probe.probers.in_time import Stage, in_time
from probe.probers.lines import Answers, Stream
from probe.probers.result import ProbeError, ProbeResult, observed
from probe.probers.tls import PlainStream, TlsStream
from toban.domain.check import Check, DialogueQuestion, DialogueStep
from toban.domain.observation import Observation, Reason

FAREWELL_SECONDS = 1.0
"""How long the answer to a farewell is awaited; a server may close at once instead."""


async def probe(check: Check, at: Callable[[], datetime]) -> Observation:
    """Hold the check's dialogue; never raises but for cancellation."""
    return await observed(check, at, _ask(check))


async def _ask(check: Check) -> ProbeResult:
    question = check.dialogue
    if question is None:
        raise ProbeError(Reason.PROBER_FAULT, "the check holds no dialogue")
    stage = Stage()
    return await in_time(check, stage, _connected(check, question, stage))


async def _connected(check: Check, question: DialogueQuestion, stage: Stage) -> ProbeResult:
    with await connect(check.address, check.port, check.connect_timeout_seconds) as opened:
        said = await hold(opened, question, stage, check.address)
    return ProbeResult(Reason.OK, said)


async def hold(opened: socket.socket, question: DialogueQuestion, stage: Stage, host: str) -> str:
    """Hold the dialogue over the connected socket and return the server's first words.

    Raises ProbeError: BAD_ANSWER, TLS_ERROR, or NOT_MEASURED for an answer that tells nothing.
    `host` is the name for TLS, whose certificate is not looked at.
    """
    stream: Stream = PlainStream(opened)
    if question.tls:
        stream = await _encrypted(opened, host, stage)
    answers = Answers(stream, question.framing, stage)
    first_words = ""
    for step in question.steps:
        lines = await _asked(stream, answers, step, stage, question.unjudged)
        _judge(step, lines, question.unjudged)
        first_words = first_words or lines[-1]
        if step.tls:
            stream = await _encrypted(opened, host, stage)
            answers = Answers(stream, question.framing, stage)
    if question.farewell:
        await _take_leave(stream, question.farewell)
    return first_words


async def _encrypted(opened: socket.socket, host: str, stage: Stage) -> TlsStream:
    stage.words = "connected, but the TLS handshake did not end"
    stream = TlsStream(opened, host, verify=False)
    await stream.open()
    return stream


async def _asked(
    stream: Stream, answers: Answers, step: DialogueStep, stage: Stage, unjudged: tuple[str, ...]
) -> list[str]:
    stage.words = f"no answer to {step.send}" if step.send else "connected, but no greeting"
    if step.send:
        await stream.send(f"{step.send}\r\n".encode())
    return await answers.next(step.expect + unjudged, to_command=bool(step.send))


def _judge(step: DialogueStep, lines: Sequence[str], unjudged: tuple[str, ...]) -> None:
    """Raise ProbeError unless the answer's last line, the decisive one, is good."""
    decisive = lines[-1]
    if unjudged and decisive.startswith(unjudged):
        raise ProbeError(Reason.NOT_MEASURED, f"the server answers us only: {decisive}")
    asked = f"to {step.send}" if step.send else "for a greeting"
    if step.expect and not decisive.startswith(step.expect):
        raise ProbeError(Reason.BAD_ANSWER, f"not the expected answer {asked}: {decisive}")
    offered = {word for line in lines for word in re.split(r"[\s=-]+", line.upper())}
    if step.offers and offered.isdisjoint(step.offers):
        missing = " or ".join(step.offers)
        words = f"the answer {asked} offers no {missing}: {'; '.join(lines)}"
        raise ProbeError(Reason.BAD_ANSWER, words)


async def _take_leave(stream: Stream, farewell: str) -> None:
    """Say the farewell; whatever comes of it, the server has proved itself already."""
    with contextlib.suppress(OSError, ProbeError, TimeoutError):
        async with asyncio.timeout(FAREWELL_SECONDS):
            await stream.send(f"{farewell}\r\n".encode())
            await stream.receive()
