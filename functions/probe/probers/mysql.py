"""MySQL and MariaDB: greeting, and a login that needs no account (catalogue 2.1: mysql; protocol:
dev.mysql.com, "Connection Phase").

Whoever hangs up after the greeting counts as a broken handshake, and after `max_connect_errors` of
them the server blocks the prober's address (error 1129). A login that is turned away counts for
nothing there, and it proves more than a greeting. So we ask to be let in as "toban" without a
password.
"""

import asyncio
import contextlib
import struct
from collections.abc import Callable
from datetime import datetime

from probe.probers.connection import connect
from probe.probers.in_time import Stage, in_time
from probe.probers.result import ProbeError, ProbeResult, observed
from probe.probers.tls import PlainStream
from toban.domain.check import Check
from toban.domain.observation import Observation, Reason

USER = "toban"
PACKET_LIMIT = 4_096
"""Bytes of a packet read at most; a greeting has about 100."""
_GREETING, _ERROR, _SWITCH = 0x0A, 0xFF, 0xFE
_TOO_MANY, _SHUTTING_DOWN, _BLOCKED, _NOT_ALLOWED = 1040, 1053, 1129, 1130
_CAPABILITIES = 0x0000_0001 | 0x0000_0200 | 0x0000_8000 | 0x0008_0000
"""Long password, protocol 4.1, secure connection, plugin authentication."""
_NATIVE = b"mysql_native_password"
_UTF8 = 33
_HEADER = 4
_FAREWELL_SECONDS = 1.0
_QUIT = b"\x01\0\0\0\x01"


async def probe(check: Check, at: Callable[[], datetime]) -> Observation:
    """Ask for a login; never raises but for cancellation."""
    return await observed(check, at, _ask(check))


async def _ask(check: Check) -> ProbeResult:
    stage = Stage()
    return await in_time(check, stage, _connected(check, stage))


async def _connected(check: Check, stage: Stage) -> ProbeResult:
    with await connect(check.address, check.port, check.connect_timeout_seconds) as opened:
        wire = _Wire(PlainStream(opened), stage)
        stage.words = "connected, but no greeting"
        greeting = await wire.packet()
        version = _judged_greeting(greeting)
        if version is None:
            return ProbeResult(Reason.OK, _told(greeting))
        stage.words = f"{version}; but no answer to a login"
        return await _log_in(wire, version)


class _Wire:
    """Packets of one connection: three bytes of length, one of their number, the payload."""

    def __init__(self, stream: PlainStream, stage: Stage) -> None:
        self._stream = stream
        self._stage = stage
        self._waiting = b""
        self._number = 0

    async def packet(self) -> bytes:
        """Return the next payload, never empty; raises ProbeError BAD_ANSWER."""
        header = await self._bytes(_HEADER)
        length, self._number = int.from_bytes(header[:3], "little"), header[3]
        if not 0 < length <= PACKET_LIMIT:
            raise ProbeError(Reason.BAD_ANSWER, f"not a MySQL packet: {header + self._waiting!r}")
        return await self._bytes(length)

    async def answer(self, payload: bytes) -> None:
        """Send the packet that follows the last one received."""
        header = len(payload).to_bytes(3, "little") + bytes([(self._number + 1) % 256])
        await self._stream.send(header + payload)

    async def quit(self) -> None:
        """Say farewell and await the end, whatever comes of it."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._stream.send(_QUIT)
                await self._stream.receive()

    async def _bytes(self, count: int) -> bytes:
        while len(self._waiting) < count:
            received = await self._stream.receive()
            if not received:
                raise ProbeError(Reason.BAD_ANSWER, f"connection closed: {self._stage.words}")
            self._waiting += received[: PACKET_LIMIT + _HEADER]
        found, self._waiting = self._waiting[:count], self._waiting[count:]
        return found


def _judged_greeting(packet: bytes) -> str | None:
    """Return the server's version, or None for one that lives but lets nobody in from here."""
    if packet[0] == _GREETING:
        return packet[1:].partition(b"\0")[0].decode("utf-8", "replace")
    if packet[0] != _ERROR:
        raise ProbeError(Reason.BAD_ANSWER, f"not a MySQL greeting: {packet[:80]!r}")
    if _code(packet) == _NOT_ALLOWED:
        return None
    raise _refusal(packet)


async def _log_in(wire: _Wire, version: str) -> ProbeResult:
    """Any decision about the login proves the server but for those that it makes for everybody."""
    response = struct.pack("<IIB23x", _CAPABILITIES, PACKET_LIMIT, _UTF8)
    await wire.answer(response + USER.encode() + b"\0\0" + _NATIVE + b"\0")
    decision = await wire.packet()
    if decision[0] == _SWITCH:
        plugin = decision[1:].partition(b"\0")[0]
        await wire.answer(b"" if plugin == _NATIVE else b"\0")
        decision = await wire.packet()
    if decision[0] != _ERROR:
        await wire.quit()
        return ProbeResult(Reason.OK, version)
    if _code(decision) in {_TOO_MANY, _SHUTTING_DOWN, _BLOCKED}:
        raise _refusal(decision)
    return ProbeResult(Reason.OK, f"{version}; {_told(decision)}")


def _refusal(packet: bytes) -> ProbeError:
    """A blocked prober is our own fault: the server lives, and nobody else is blocked with us."""
    ours = _code(packet) == _BLOCKED
    return ProbeError(Reason.NOT_MEASURED if ours else Reason.BAD_ANSWER, _told(packet))


def _code(packet: bytes) -> int:
    return int.from_bytes(packet[1:3], "little")


def _told(packet: bytes) -> str:
    words = packet[3:].decode("utf-8", "replace")
    if words.startswith("#"):
        words = words[6:]
    return f"error {_code(packet)}: {words}"
