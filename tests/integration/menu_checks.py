"""Checks of real or scripted services, made from a hearing sheet as a customer's are."""

import socket
from dataclasses import replace

from contract.sheet import parse_sheet
from tests.integration.peers import HERE, PATIENCE_SECONDS, Script, listening, observe
from tests.unit.acme_sheet import with_monitors
from toban.domain.check import Check
from toban.domain.observation import Observation


def menu_check(
    item: str, port: int, keys: str = "", seconds: float = PATIENCE_SECONDS, address: str = HERE
) -> Check:
    """Return the check of an item of the menu on this machine; `keys` are more keys of the
    sheet.
    """
    given = f"{{item: {item}, port: {port}, {keys}}}"
    text = with_monitors(f"- {given}").replace("192.0.2.10", f'"{address}"')
    [monitor] = parse_sheet(text.encode(), "acme.yaml", allow_loopback=True).servers[0].monitors
    timeouts = {"connect_timeout_seconds": seconds, "total_timeout_seconds": seconds}
    return replace(monitor.check, **timeouts)  # type: ignore[arg-type]


Turn = tuple[str, bytes]
"""How a line of the prober begins, and the answer to it."""


def answering(greeting: bytes, *turns: Turn) -> Script:
    """Greet, then for each turn read a line that begins so and answer it; hang up at the next."""

    def script(connection: socket.socket) -> None:
        connection.sendall(greeting)
        with connection.makefile("rb") as lines:
            for begins, answer in turns:
                if not lines.readline().decode().startswith(begins):
                    return
                connection.sendall(answer)
            lines.readline()  # the farewell

    return script


def asked(item: str, script: Script, seconds: float = PATIENCE_SECONDS) -> Observation:
    """Probe an item of the menu while the script plays the service."""
    with listening(script) as port:
        return observe(menu_check(item, port, "port_25_allowed: yes" * (item == "smtp"), seconds))
