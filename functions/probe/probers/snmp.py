"""One conversation with one SNMP agent: GETs and table columns over v2c or v3, with retries and
limits.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from time import monotonic
from types import TracebackType
from typing import ParamSpec, Protocol, Self, TypeVar

from probe.probers.community import CommunitySession
from probe.probers.connection import SocketAddress, resolve
from probe.probers.result import ProbeError, result_of
from toban.domain.check import Agent
from toban.domain.observation import Reason

REPLY_SECONDS = 2.0
TRIES = 2
OIDS_PER_REQUEST = 20
"""Few enough for an answer that fits into one unfragmented datagram."""
ROW_LIMIT = 10_000
"""Rows of a table read at most: an agent whose table never ends is no agent."""

P = ParamSpec("P")
T = TypeVar("T")


class Session(Protocol):
    """What each version of the protocol can do. Errors are TimeoutError, OSError, ValueError for
    what is no answer, and ProbeError.
    """

    async def refresh(self) -> None:
        """Discover what has to be known before the first question."""

    async def get_many(self, oids: Sequence[str]) -> Mapping[str, object]:
        """Return the values that exist."""

    def getbulk(self, column: str) -> AsyncIterator[tuple[str, object]]:
        """Yield the OIDs and values of a column."""

    def close(self) -> None:
        """Give the socket back."""


async def open_session(agent: Agent, secret: str, timeout_seconds: float) -> "AgentSession":
    """Return a conversation that is ready to ask; with v3 the agent has answered and the keys fit.

    Raises ProbeError: NO_REPLY, AGENT_REFUSED, BAD_ANSWER, or PROBER_FAULT for a secret that is no
    secret.
    """
    deadline = monotonic() + timeout_seconds
    target = min(await resolve(agent.address, agent.port, timeout_seconds))
    session = AgentSession(_raw_session(agent, secret, target, deadline), deadline)
    if agent.version == "3":
        await session.refresh()
    return session


def _raw_session(agent: Agent, secret: str, target: SocketAddress, deadline: float) -> Session:
    if agent.version != "3":
        return CommunitySession(target, secret, REPLY_SECONDS, deadline)
    from probe.probers.usm import UserSession

    return UserSession(target, secret, REPLY_SECONDS)


class AgentSession:
    """Asks the agent until `deadline` (loop time); errors are ProbeErrors: NO_REPLY, BAD_ANSWER,
    AGENT_REFUSED (wrong v3 keys).
    """

    def __init__(self, raw: Session, deadline: float) -> None:
        self._raw = raw
        self._deadline = deadline

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._raw.close()

    async def refresh(self) -> None:
        """Discover the v3 engine and its clock."""
        await _tried(self._raw.refresh)

    async def get(self, oids: Sequence[str]) -> Mapping[str, object]:
        """Return the values that exist among the OIDs (numeric, without a leading dot)."""
        if len(oids) <= OIDS_PER_REQUEST:
            return await _tried(self._raw.get_many, oids) if oids else {}
        first, others = oids[:OIDS_PER_REQUEST], oids[OIDS_PER_REQUEST:]
        return {**await _tried(self._raw.get_many, first), **await self.get(others)}

    async def column(self, oid: str) -> dict[str, object]:
        """Return a table column by index, empty when the agent has no such table."""
        return await _tried(self._column, oid)

    async def _column(self, oid: str) -> dict[str, object]:
        rows: dict[str, object] = {}
        async for found, value in self._raw.getbulk(oid):
            index = found[len(oid) + 1 :]
            if index in rows or len(rows) == ROW_LIMIT:
                raise ProbeError(Reason.BAD_ANSWER, f"the agent's table {oid} does not end")
            if monotonic() > self._deadline:  # Python 3.11's wait_for can swallow a cancellation
                raise ProbeError(Reason.NO_REPLY, f"the agent's table {oid} takes too long")
            rows[index] = value
        return rows


async def _tried(ask: Callable[P, Awaitable[T]], *asked: P.args, **more: P.kwargs) -> T:
    """Ask up to TRIES times; a lost or mangled datagram is no reason to believe the worst."""
    for left in reversed(range(TRIES)):
        try:
            return await ask(*asked, **more)
        except (OSError, ValueError) as error:
            failure = _failure(error)
            final = failure.result.reason not in {Reason.NO_REPLY, Reason.BAD_ANSWER}
            if final or not left:
                raise failure from None
    raise AssertionError("unreachable: the last try returns or raises")


def _failure(error: OSError | ValueError) -> ProbeError:
    """Return what an error says about the agent."""
    if isinstance(error, TimeoutError):
        return ProbeError(Reason.NO_REPLY, f"no reply to {TRIES} requests")
    if isinstance(error, OSError):
        result = result_of(error)
        return ProbeError(result.reason, result.evidence)
    return ProbeError(Reason.BAD_ANSWER, f"not an SNMP answer: {error}")


async def within(seconds: float, agent: Agent, asked: Awaitable[T]) -> T:
    """Await a whole conversation; past its time the agent counts as silent. One over v2c keeps its
    deadline itself.
    """
    if agent.version != "3":
        return await asked
    try:
        async with asyncio.timeout(seconds):
            return await asked
    except TimeoutError as error:
        if error.errno is not None:
            raise
        words = f"the agent did not finish within {seconds:g} s"
        raise ProbeError(Reason.NO_REPLY, words) from None
