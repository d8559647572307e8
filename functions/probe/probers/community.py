"""SNMP v2c with one agent over one connected UDP socket: only this address is heard."""

import random
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import cast

from probe.probers import ber
from probe.probers.connection import SocketAddress
from probe.probers.kept_sockets import connected, give_back
from probe.probers.result import ProbeError
from probe.probers.wire import receive
from toban.domain.observation import Reason

ROWS_PER_REQUEST = 20
"""Few enough for an answer that fits into one unfragmented datagram."""
_DATAGRAM_LIMIT = 65_536
_chance = random.Random(secrets.randbits(128))  # noqa: S311 - a socket and its port guard it too
_TOO_BIG, _AUTHORIZATION_ERROR = 1, 16


class CommunitySession:
    """Asks one agent; each answer is waited for `reply_seconds`, none beyond `deadline` (loop
    time): TimeoutError.
    """

    def __init__(
        self, agent: SocketAddress, community: str, reply_seconds: float, deadline: float
    ) -> None:
        self._community = community.encode()
        self._reply_seconds = reply_seconds
        self._deadline = deadline
        self._number = _chance.getrandbits(29) | 1 << 29
        self._agent = agent
        self._socket = connected(agent)
        self._settled = True

    def close(self) -> None:
        """Keep the socket for the next round, but not with an answer that may still come."""
        if self._settled:
            give_back(self._agent, self._socket)
        else:
            self._socket.close()

    async def refresh(self) -> None:
        """Do nothing: v2c agrees upon nothing before the first question."""

    async def get_many(self, oids: Sequence[str]) -> dict[str, ber.Value]:
        """Return the values that exist; half as many are asked for when an answer gets too big."""
        status, bindings = await self._asked(ber.GET, oids)
        if status == _TOO_BIG and len(oids) > 1:
            half = len(oids) // 2
            return await self.get_many(oids[:half]) | await self.get_many(oids[half:])
        found = dict(bindings)
        if None in found.values():
            return {oid: value for oid, value in found.items() if value is not None}
        return cast(dict[str, ber.Value], found)

    async def getbulk(self, column: str) -> AsyncIterator[tuple[str, ber.Value]]:
        """Yield the rows of a column until the agent is beyond it, ends, or fails."""
        within, last = f"{column}.", column
        while last:
            _, bindings = await self._asked(ber.GET_BULK, [last])
            last = ""
            for oid, value in bindings:
                if value is None or not oid.startswith(within):
                    return
                last = oid
                yield oid, value

    async def _asked(self, kind: int, oids: Sequence[str]) -> tuple[int, list[ber.Binding]]:
        """Send a request and return the status and bindings of its answer; late answers to earlier
        requests are passed over, and so is a refusal, which anybody could send.
        """
        self._number += 1
        message = ber.request(kind, self._community, self._number, oids, ROWS_PER_REQUEST)
        end = min(monotonic() + self._reply_seconds, self._deadline)
        self._settled = False
        with suppress(ConnectionRefusedError):
            self._socket.send(message)
        while True:
            try:
                reply = await receive(self._socket, _DATAGRAM_LIMIT, end)
            except ConnectionRefusedError:
                continue
            answered, status, bindings = ber.answer(reply)
            if answered == self._number:
                self._settled = True
                return _measured(status, bindings)


def _measured(status: int, bindings: list[ber.Binding]) -> tuple[int, list[ber.Binding]]:
    """An agent that answers with an error lives, but the values beside it mean nothing."""
    if status == _AUTHORIZATION_ERROR:
        raise ProbeError(Reason.AGENT_REFUSED, "the agent does not authorize the community")
    return status, [] if status else bindings
