"""An SNMP agent whose processor is as busy as a story wants it, by the clock of the story."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from pysnmp.proto.api import v2c  # type: ignore[import-untyped]

from infra.local.demo.servers.agent import AgentUser, free_udp_port
from infra.local.demo.servers.embedded_agent import MachineView, build

SECRET, COMMUNITY = "/toban/demo/agent", "story"
_UPTIME = (1, 3, 6, 1, 2, 1, 25, 1, 1, 0)
_CPU = (1, 3, 6, 1, 4, 1, 2021, 11)
_USER, _IDLE, _OTHERS = 50, 53, (51, 52, 54, 56, 61, 64)
_BOOTED_BEFORE_S = 86_400


class ScriptedAgent:
    """Answers SNMP v2c on a real socket until the end of the `with`; 100 ticks a second."""

    def __init__(self, address: str, now: Callable[[], datetime]) -> None:
        self.address, self.port = address, free_udp_port(address)
        self._now, self._since, self._begun = now, now(), now()
        self._busy_share = 0.0
        self._ticks = {_USER: 0.0, _IDLE: 0.0}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._listening = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def section(self) -> dict[str, Any]:
        """Return the agent's part of a hearing sheet."""
        return {"address": self.address, "port": self.port, "secret": SECRET, "version": "2c"}

    def be_busy(self, percent: float) -> None:
        """Be so busy from now on."""
        self._count()
        self._busy_share = percent / 100

    def objects(self) -> dict[tuple[int, ...], object]:
        """Return what the agent tells at this moment."""
        self._count()
        up = (self._now() - self._begun).total_seconds() + _BOOTED_BEFORE_S
        ticks = {**dict.fromkeys(_OTHERS, 0.0), **self._ticks}
        told: dict[tuple[int, ...], object] = {_UPTIME: v2c.TimeTicks(round(up * 100))}
        return told | {(*_CPU, leaf, 0): v2c.Counter32(round(n)) for leaf, n in ticks.items()}

    def _count(self) -> None:
        passed = 100 * (self._now() - self._since).total_seconds()
        self._since = self._now()
        self._ticks[_USER] += passed * self._busy_share
        self._ticks[_IDLE] += passed * (1 - self._busy_share)

    def _answer(self) -> None:
        asyncio.set_event_loop(self._loop)
        user = AgentUser()
        where = {"address": self.address, "port": self.port, "community": COMMUNITY}
        keys = {"user": user.name, "auth_key": user.auth_key, "priv_key": user.priv_key}
        engine = build(where | keys, _View(self))
        self._loop.call_soon(self._listening.set)
        self._loop.run_forever()
        engine.close_dispatcher()
        self._loop.run_until_complete(asyncio.sleep(0))  # lets the socket close
        self._loop.close()


class _View(MachineView):
    def __init__(self, agent: ScriptedAgent) -> None:
        super().__init__([], [])
        self._agent = agent

    def _refresh(self) -> None:
        self._values = self._agent.objects()
        self._order = sorted(self._values)
