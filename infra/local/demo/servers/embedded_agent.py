"""The embedded SNMP agent: pysnmp answers v2c and v3 with what this machine's /proc says."""

import asyncio
import bisect
import json
import sys
import time
from pathlib import Path
from typing import Any

from pysnmp.carrier.asyncio.dgram import udp, udp6  # type: ignore[import-untyped]
from pysnmp.entity import config, engine  # type: ignore[import-untyped]
from pysnmp.entity.rfc3413 import cmdrsp, context  # type: ignore[import-untyped]
from pysnmp.proto.api import v2c  # type: ignore[import-untyped]
from pysnmp.smi.instrum import AbstractMibInstrumController  # type: ignore[import-untyped]

from infra.local.demo.servers.daemon import go_to_background
from infra.local.demo.servers.machine import Oid, objects

_EVERYTHING = (1, 3, 6)
_KEPT_SECONDS = 0.5


class MachineView(AbstractMibInstrumController):  # type: ignore[misc] # pysnmp has no types
    """Answers GET, GETNEXT and GETBULK; the machine is read again when what was read is old."""

    def __init__(self, processes: list[str], disks: list[str]) -> None:
        self._processes = processes
        self._disks = disks
        self._started = time.monotonic()
        self._read_at = float("-inf")
        self._values: dict[Oid, object] = {}
        self._order: list[Oid] = []

    def read_variables(self, *asked: Any, **_: Any) -> list[tuple[Any, object]]:
        """Return the values that exist."""
        self._refresh()
        return [(oid, self._values.get(tuple(oid), v2c.NoSuchInstance(""))) for oid, _ in asked]

    def read_next_variables(self, *asked: Any, **_: Any) -> list[tuple[Any, object]]:
        """Return the object after each of the OIDs."""
        self._refresh()
        return [self._after(tuple(oid)) for oid, _ in asked]

    def _after(self, oid: Oid) -> tuple[Any, object]:
        place = bisect.bisect_right(self._order, oid)
        if place == len(self._order):
            return v2c.ObjectIdentifier(oid), v2c.EndOfMibView("")
        following = self._order[place]
        return v2c.ObjectIdentifier(following), self._values[following]

    def _refresh(self) -> None:
        now = time.monotonic()
        if now - self._read_at > _KEPT_SECONDS:
            uptime = int((now - self._started) * 100)
            self._values = objects(self._processes, self._disks, uptime)
            self._order = sorted(self._values)
            self._read_at = now


def build(settings: dict[str, Any], view: MachineView) -> engine.SnmpEngine:
    """Return an engine that answers with the view; raises OSError when the port is taken."""
    agent = engine.SnmpEngine()
    domain, transport = (
        (udp6.DOMAIN_NAME, udp6.Udp6AsyncioTransport())
        if ":" in settings["address"]
        else (udp.DOMAIN_NAME, udp.UdpAsyncioTransport())
    )
    listening = transport.open_server_mode((settings["address"], settings["port"]))
    config.add_transport(agent, domain, listening)
    config.add_v1_system(agent, "area", settings["community"])
    config.add_vacm_user(agent, 2, "area", "noAuthNoPriv", _EVERYTHING)
    config.add_v3_user(
        agent,
        settings["user"],
        config.USM_AUTH_HMAC192_SHA256,
        settings["auth_key"],
        config.USM_PRIV_CFB128_AES,
        settings["priv_key"],
    )
    config.add_vacm_user(agent, 3, settings["user"], "authPriv", _EVERYTHING)
    named = context.SnmpContext(agent)
    named.unregister_context_name(b"")
    named.register_context_name(b"", view)
    for responder in (
        cmdrsp.GetCommandResponder,
        cmdrsp.NextCommandResponder,
        cmdrsp.BulkCommandResponder,
    ):
        responder(agent, named)
    return agent


def main(arguments: list[str]) -> int:
    """Go to the background and answer until killed."""
    settings = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    go_to_background(Path(settings["pid_file"]), settings["program"])
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    build(settings, MachineView(settings["processes"], settings["disks"]))
    loop.run_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
