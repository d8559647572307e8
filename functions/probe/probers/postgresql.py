"""PostgreSQL: a request for TLS, which the server answers before anything else (catalogue 2.1:
postgresql; protocol: postgresql.org, "SSL Session Encryption").
"""

import asyncio
import contextlib
import struct
from collections.abc import Callable
from datetime import datetime

from probe.probers.connection import connect
from probe.probers.in_time import Stage, in_time
from probe.probers.result import ProbeError, ProbeResult, observed
from probe.probers.tls import PlainStream, TlsStream
from toban.domain.check import Check
from toban.domain.observation import Observation, Reason

SSL_REQUEST = struct.pack(">II", 8, 80_877_103)
_ANSWERS = {b"S": "answers, with TLS", b"N": "answers, without TLS"}
_FAREWELL_SECONDS = 2.0


async def probe(check: Check, at: Callable[[], datetime]) -> Observation:
    """Ask for TLS; never raises but for cancellation."""
    return await observed(check, at, _ask(check))


async def _ask(check: Check) -> ProbeResult:
    stage = Stage()
    return await in_time(check, stage, _connected(check, stage))


async def _connected(check: Check, stage: Stage) -> ProbeResult:
    with await connect(check.address, check.port, check.connect_timeout_seconds) as opened:
        stream = PlainStream(opened)
        stage.words = "connected, but no answer to a request for TLS"
        await stream.send(SSL_REQUEST)
        received = await stream.receive()
        if received not in _ANSWERS:
            raise ProbeError(Reason.BAD_ANSWER, _unexpected(received))
        if received == b"S":
            await _take_leave(TlsStream(opened, "", verify=False))
        return ProbeResult(Reason.OK, _ANSWERS[received])


def _unexpected(received: bytes) -> str:
    if not received:
        return "connection closed without an answer to a request for TLS"
    return f"not an answer to a request for TLS: {received[:80].decode('utf-8', 'replace')}"


async def _take_leave(stream: TlsStream) -> None:
    """Make the handshake that was agreed on: without it the server's log would complain of us."""
    with contextlib.suppress(OSError, ProbeError, TimeoutError):
        async with asyncio.timeout(_FAREWELL_SECONDS):
            await stream.open()
