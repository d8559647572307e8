"""TCP port monitors: the handshake, and the banner where one is expected (catalogue 2.1: tcp,
ssh).
"""

import socket
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from probe.probers.connection import connect_any, resolve
from probe.probers.result import ProbeError, ProbeResult, observed
from probe.probers.wire import receive
from toban.domain.check import Check
from toban.domain.observation import Observation, Reason

BANNER_LIMIT = 512
"""Bytes read at most of what the server says first."""
_NOTHING_SAID = "connection closed without a banner"


async def probe(check: Check, at: Callable[[], datetime]) -> Observation:
    """Connect, and read the banner if one is expected; never raises but for cancellation."""
    return await observed(check, at, _ask(check))


async def _ask(check: Check) -> ProbeResult:
    heard = bytearray()
    stage = "no connection"
    end = monotonic() + check.total_timeout_seconds
    found = await resolve(check.address, check.port, check.connect_timeout_seconds)
    try:
        with await connect_any(found, check.connect_timeout_seconds, end) as opened:
            stage = "connected, but no banner"
            return await _banner(opened, check.expect_banner.encode(), heard, end)
    except TimeoutError as error:
        if error.errno is not None:
            raise
        if heard:
            raise _another(heard) from None
        words = f"{stage} within {check.total_timeout_seconds:g} s"
        raise ProbeError(Reason.TIMEOUT, words) from None


async def _banner(
    opened: socket.socket, expected: bytes, heard: bytearray, end: float
) -> ProbeResult:
    """Read until the server has begun as expected, or has begun otherwise and ended its line."""
    while not heard.startswith(expected):
        astray = not expected.startswith(heard)
        if len(heard) >= BANNER_LIMIT or (astray and b"\n" in heard):
            raise _another(heard)
        received = await receive(opened, BANNER_LIMIT - len(heard), end)
        if not received:
            raise _another(heard) if heard else ProbeError(Reason.BAD_ANSWER, _NOTHING_SAID)
        heard += received
    return ProbeResult(Reason.OK, _first_line(heard))


def _another(heard: bytearray) -> ProbeError:
    return ProbeError(Reason.BAD_ANSWER, f"not the expected banner: {_first_line(heard)}")


def _first_line(heard: bytearray) -> str:
    return heard.strip().split(b"\n", 1)[0].decode("utf-8", "replace")
