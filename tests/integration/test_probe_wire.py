"""Waiting for sockets: what has come in time counts, however late we look."""

import asyncio
import select
import socket
from time import monotonic

import pytest

from probe.probers import wire


def test_what_has_come_before_a_deadline_is_noticed_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hear() -> int:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            # both are due in one turn of the loop, which has looked at the sockets before
            asyncio.get_running_loop().call_later(0, theirs.send, b"here")
            events = select.EPOLLIN | select.EPOLLONESHOT
            try:
                return await wire.wire().wait(ours, events, monotonic())
            finally:
                wire.close_wire()

    monkeypatch.setattr(wire, "_SWEEP_SECONDS", 0.0)

    assert asyncio.run(hear()) == select.EPOLLIN
