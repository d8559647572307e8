"""Is the host there at all? TCP in the place of ICMP, which functions cannot send (catalogue 1.1).

A refusal proves the host as well as a connection does. What cannot be told apart: a firewall that
drops everything from a dead host, and a firewall that refuses in the name of a dead host from a
living one.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from probe.probers.connection import SocketAddress, connect_any, resolve
from probe.probers.result import ProbeError, ProbeResult, observed, result_of
from toban.domain.check import Check
from toban.domain.observation import UNKNOWN_REASONS, Observation, Reason

_SIGNS_OF_LIFE = frozenset({Reason.OK, Reason.REFUSED, Reason.RESET})
Seen = tuple[int, ProbeResult]


async def probe(check: Check, at: Callable[[], datetime]) -> Observation:
    """Knock at the ports one after the other until one proves the host; never raises but for
    cancellation.
    """
    return await observed(check, at, _ask(check))


async def _ask(check: Check) -> ProbeResult:
    """Share the total timeout: a port that fails at once leaves its time to those behind it.

    One descriptor at a time, as every other check, whatever the number of ports.
    """
    ports = check.alive.ports if check.alive else ()
    clock = asyncio.get_running_loop().time
    end = clock() + check.total_timeout_seconds
    found = await resolve(check.address, 0, check.connect_timeout_seconds)
    seen: list[Seen] = []
    for left, port in zip(range(len(ports), 0, -1), ports, strict=True):
        share = min(check.connect_timeout_seconds, max(0.0, end - clock()) / left)
        seen.append((port, await _knock(found, port, share)))
        if seen[-1][1].reason in _SIGNS_OF_LIFE:
            return ProbeResult(Reason.OK, _told(seen[-1:]))
    return _lifeless(seen)


async def _knock(found: Sequence[SocketAddress], port: int, seconds: float) -> ProbeResult:
    targets = [(family, (where, port)) for family, (where, _) in found]
    try:
        (await connect_any(targets, seconds)).close()
    except (OSError, ProbeError) as error:
        return result_of(error)
    return ProbeResult(Reason.OK, "accepts connections")


def _lifeless(seen: Sequence[Seen]) -> ProbeResult:
    """Judge silence: ours as soon as one port could not be asked, else the server's."""
    reasons = [result.reason for _, result in seen]
    ours = [reason for reason in reasons if reason in UNKNOWN_REASONS]
    if ours or not reasons:
        return ProbeResult(ours[0] if ours else Reason.PROBER_FAULT, _told(seen))
    reason = Reason.TIMEOUT if Reason.TIMEOUT in reasons else Reason.UNREACHABLE
    return ProbeResult(reason, _told(seen))


def _told(seen: Sequence[Seen]) -> str:
    return "; ".join(f"port {port}: {result.evidence}" for port, result in seen)
