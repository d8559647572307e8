"""Waiting for sockets: one epoll for all probes of an event loop, and deadlines without timers.

Deadlines are told by `monotonic`, the clock of asyncio's own loops: to ask the running loop for it
costs a system call in Python 3.11.

asyncio's own sock_connect and a timeout around it cost more CPU than the connection that they wait
for (docs/performance.md). Here a wait is one epoll_ctl and one future; asyncio watches the epoll
itself, so one turn of its loop wakes all probes that can go on.
"""

import asyncio
import os
import select
import socket
import threading
from time import monotonic

_READABLE = select.EPOLLIN | select.EPOLLONESHOT
_WRITABLE = select.EPOLLOUT | select.EPOLLONESHOT
_EVENTS_AT_ONCE = 256
_SWEEP_SECONDS = 0.05
"""How late a deadline may be noticed: one look at all waits costs less than a timer for each."""


class Wire:
    """The sockets of one event loop that probes wait for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._epoll = select.epoll()
        self._last: dict[int, socket.socket] = {}
        self._waits: dict[int, tuple[asyncio.Future[int], float]] = {}
        self._sweep: asyncio.TimerHandle | None = None
        loop.add_reader(self._epoll.fileno(), self._wake)

    def wait(self, opened: socket.socket, events: int, end: float) -> asyncio.Future[int]:
        """Return a future of the socket's next event, a TimeoutError at `end` (loop time)."""
        descriptor = opened.fileno()
        if self._last.get(descriptor) is opened:
            self._epoll.modify(descriptor, events)
        else:  # a closed socket has left the epoll by itself
            self._last[descriptor] = opened
            self._epoll.register(descriptor, events)
        future: asyncio.Future[int] = self.loop.create_future()
        self._waits[descriptor] = future, end
        if self._sweep is None:
            self._sweep = self.loop.call_later(_SWEEP_SECONDS, self._time_out)
        return future

    def close(self) -> None:
        """Give the descriptor back; whoever still waits was cancelled before."""
        if not self._epoll.closed:
            if not self.loop.is_closed():
                self.loop.remove_reader(self._epoll.fileno())
            self._epoll.close()
        if self._sweep is not None:
            self._sweep.cancel()

    def _wake(self) -> None:
        for descriptor, events in self._epoll.poll(0, _EVENTS_AT_ONCE):
            waiting = self._waits.pop(descriptor, None)
            if waiting is not None and not waiting[0].done():
                waiting[0].set_result(events)

    def _time_out(self) -> None:
        now = monotonic()
        self._wake()  # what came while our own process stood still is not late
        over = [at for at, (future, end) in self._waits.items() if end <= now or future.done()]
        for descriptor in over:
            future, _ = self._waits.pop(descriptor)
            if not future.done():
                future.set_exception(TimeoutError())
        again = bool(self._waits)
        self._sweep = self.loop.call_later(_SWEEP_SECONDS, self._time_out) if again else None


class _Thread(threading.local):
    wire: Wire | None = None


_thread = _Thread()


def wire() -> Wire:
    """Return the wire of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _thread.wire
    if found is None or found.loop is not loop:
        close_wire()
        found = _thread.wire = Wire(loop)
    return found


def close_wire() -> None:
    """Close the wire of this thread's last event loop, if it has one."""
    if _thread.wire is not None:
        _thread.wire.close()
        _thread.wire = None


async def connect_to(
    family: socket.AddressFamily, where: tuple[str, int], end: float
) -> socket.socket:
    """Return a connected non-blocking socket; raises OSError, TimeoutError at `end`."""
    opened = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        await _connected(opened, where, end)
    except BaseException:
        opened.close()
        raise
    return opened


async def _connected(opened: socket.socket, where: tuple[str, int], end: float) -> None:
    try:
        opened.connect(where)
    except BlockingIOError:
        await wire().wait(opened, _WRITABLE, end)
        code = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code)) from None


async def receive(opened: socket.socket, limit: int, end: float) -> bytes:
    """Return what comes next, b"" at the end of the stream or for an empty datagram; TimeoutError
    at `end`.
    """
    while monotonic() < end:  # the sweep never finds waiting who is flooded
        await wire().wait(opened, _READABLE, end)
        try:
            return opened.recv(limit)
        except BlockingIOError:
            continue
    raise TimeoutError


async def send_all(opened: socket.socket, data: bytes, end: float) -> None:
    """Send all of `data`; TimeoutError at `end`."""
    left = memoryview(data)
    while left:
        try:
            left = left[opened.send(left) :]
        except BlockingIOError:
            await wire().wait(opened, _WRITABLE, end)
