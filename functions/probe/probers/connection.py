"""Opening a TCP connection to an address or a name, with the resolver's faults kept apart from the
server's.
"""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from math import inf
from time import monotonic

from probe.probers.result import ProbeError, result_of
from probe.probers.wire import connect_to
from toban.domain.address import leads_back
from toban.domain.observation import UNKNOWN_REASONS, Reason
from toban.settings import on_lambda

SocketAddress = tuple[socket.AddressFamily, tuple[str, int]]

ADDRESSES_TRIED = 4
"""Of a name with several addresses: each gets an equal share of the connect timeout."""
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, socket.EAI_NODATA})


@cache
def _resolver() -> ThreadPoolExecutor:
    """Threads of their own: a hanging name server must not delay the end of the event loop."""
    return ThreadPoolExecutor(max_workers=32, thread_name_prefix="resolver")


@lru_cache(maxsize=4_096)
def numeric(address: str) -> socket.AddressFamily | None:
    """Return the family of a literal address, or None when it is a name."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        socket.inet_pton(family, address)
    except OSError:
        return None
    return family


async def resolve(address: str, port: int, timeout_seconds: float) -> list[SocketAddress]:
    """Return where to connect to. A name that does not exist, or on Lambda leads back to ourselves,
    is DNS_ERROR; a resolver that fails is our fault.
    """
    family = numeric(address)
    if family is not None:
        return [(family, (address, port))]
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout_seconds):
            found = await loop.run_in_executor(_resolver(), _look_up, address, port)
    except TimeoutError:
        raise ProbeError(Reason.RESOLVER_FAILED, f"no answer about the name {address}") from None
    except socket.gaierror as error:
        reason = Reason.DNS_ERROR if error.errno in _NO_SUCH_NAME else Reason.RESOLVER_FAILED
        raise ProbeError(reason, f"{address}: {error.strerror}") from None
    if on_lambda() and any(leads_back(where[0]) for _, where in found):
        # the runtime of the function hands out other customers' events on its loopback address
        raise ProbeError(Reason.DNS_ERROR, f"{address} leads to no server")
    return found[:ADDRESSES_TRIED]


def _look_up(address: str, port: int) -> list[SocketAddress]:
    found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)
    return [(family, (str(where[0]), port)) for family, _, _, _, where in found]


async def connect(
    address: str, port: int, timeout_seconds: float, end: float = inf
) -> socket.socket:
    """Return a connected non-blocking socket, or raise ProbeError with the most telling failure.

    What a server did is more telling than what we could not do (no IPv6 route beside a refusing
    IPv4 address). TimeoutError when `end` (loop time) comes before the timeout.
    """
    found = await resolve(address, port, min(timeout_seconds, left_until(end)))
    return await connect_any(found, timeout_seconds, end)


async def connect_any(
    targets: Sequence[SocketAddress], timeout_seconds: float, end: float = inf
) -> socket.socket:
    """Connect to the first of the resolved targets that accepts, as `connect` does."""
    failures: list[ProbeError] = []
    for target in targets:
        try:
            return await _connect(target, timeout_seconds / len(targets), end)
        except (OSError, ProbeError) as error:
            if isinstance(error, TimeoutError) and error.errno is None:
                raise
            result = result_of(error)
            failures.append(ProbeError(result.reason, result.evidence))
    raise next((f for f in failures if f.result.reason not in UNKNOWN_REASONS), failures[0])


def left_until(end: float) -> float:
    """Return the seconds until `end` (loop time); never less than none."""
    return max(0.0, end - monotonic())


async def _connect(target: SocketAddress, timeout_seconds: float, end: float) -> socket.socket:
    own_end = monotonic() + timeout_seconds
    try:
        return await connect_to(*target, min(own_end, end))
    except TimeoutError as error:
        if error.errno is not None or end <= own_end:
            raise
        words = f"no connection within {timeout_seconds:.3g} s"
        raise ProbeError(Reason.TIMEOUT, words) from None
