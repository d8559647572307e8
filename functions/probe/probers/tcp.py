"""TCP port monitors: the handshake, and the banner where one is expected (catalogue 2.1: tcp,
ssh).
"""

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime

from probe.probers.connection import connect
from probe.probers.verdict import ProbeError, Verdict, observed
from toban.domain.check import Check
from toban.domain.observation import Observation, Reason

BANNER_LIMIT = 512
"""Bytes read at most while looking for the expected banner."""


async def probe(check: Check, at: Callable[[], datetime]) -> Observation:
    """Connect, and read the banner if one is expected; never raises but for cancellation."""
    return await observed(check, at, _ask(check))


async def _ask(check: Check) -> Verdict:
    opened = await connect(check.address, check.port, check.connect_timeout_seconds)
    with opened:
        if not check.expect_banner:
            return Verdict(Reason.OK)
        heard = bytearray()
        try:
            async with asyncio.timeout(check.total_timeout_seconds):
                return await _banner(opened, check.expect_banner.encode(), heard)
        except TimeoutError:
            raise _unheard(heard, check.total_timeout_seconds) from None


async def _banner(opened: socket.socket, expected: bytes, heard: bytearray) -> Verdict:
    loop = asyncio.get_running_loop()
    while expected not in heard:
        if len(heard) >= BANNER_LIMIT:
            raise ProbeError(Reason.BAD_ANSWER, f"not the expected banner: {_first_line(heard)}")
        received = await loop.sock_recv(opened, BANNER_LIMIT - len(heard))
        if not received:
            words = _first_line(heard) or "connection closed without a banner"
            raise ProbeError(Reason.BAD_ANSWER, words)
        heard += received
    return Verdict(Reason.OK, _first_line(heard))


def _unheard(heard: bytearray, seconds: float) -> ProbeError:
    if heard:
        return ProbeError(Reason.BAD_ANSWER, f"not the expected banner: {_first_line(heard)}")
    return ProbeError(Reason.TIMEOUT, f"connected, but no banner within {seconds:g} s")


def _first_line(heard: bytearray) -> str:
    return heard.strip().split(b"\n", 1)[0].decode("utf-8", "replace")
