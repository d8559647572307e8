"""Sockets that stay connected to agents between two rounds: to open and close one costs more than
the question that is asked over it.
"""

import socket
from threading import Lock

from probe.probers.connection import SocketAddress

MOST = 250
"""Sockets kept: the agents of three shards."""


class _Kept:
    """What every thread of this process shares."""

    def __init__(self) -> None:
        self.access = Lock()
        self.sockets: dict[SocketAddress, socket.socket] = {}
        self.most = 0


_kept = _Kept()


def keep_at_most(number: int) -> int:
    """Let so many sockets be kept from now on; return how many more than now that is."""
    with _kept.access:
        _kept.most = number
        while len(_kept.sockets) > number:
            _kept.sockets.pop(next(iter(_kept.sockets))).close()
        return number - len(_kept.sockets)


def connected(agent: SocketAddress) -> socket.socket:
    """Return a non-blocking UDP socket that hears this agent only, kept or new; raises OSError."""
    with _kept.access:
        kept = _kept.sockets.pop(agent, None)
    if kept is not None:
        return kept
    family, where = agent
    opened = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    try:
        opened.connect(where)
    except OSError:
        opened.close()
        raise
    return opened


def give_back(agent: SocketAddress, opened: socket.socket) -> None:
    """Keep the socket for the next who asks this agent; the one used longest ago makes room."""
    spare: socket.socket | None = opened
    with _kept.access:
        if agent not in _kept.sockets:
            _kept.sockets[agent], spare = opened, None
        if len(_kept.sockets) > _kept.most:
            spare = _kept.sockets.pop(next(iter(_kept.sockets)))
    if spare is not None:
        spare.close()
