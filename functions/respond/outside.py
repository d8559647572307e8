"""Looks at a server from outside, without entering it: which of its TCP ports answer."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from respond.reaching import connected
from toban.domain.check import AT_PORT
from toban.domain.contract import Server

_PORTS = (22, 80, 443)
_SECONDS = 4.0
_MOST_KNOCKS = 32
_AT_A_TIME = 16


class Reply(StrEnum):
    """What a port does: a refusal proves the host as well as an acceptance (decision 0044)."""

    ACCEPTS = "accepts"
    REFUSES = "refuses"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Knock:
    """One port of one address, and what it did."""

    address: str
    port: int
    reply: Reply

    def __str__(self) -> str:
        return f"{self.address} port {self.port} {self.reply}"


def look(server: Server) -> tuple[Knock, ...]:
    """Knock at the ports that the server's monitors and its login use, and at 22, 80 and 443."""
    places = list(_places(server))[:_MOST_KNOCKS]
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        return tuple(pool.map(lambda place: Knock(place[0], place[1], _knock(*place)), places))


def _places(server: Server) -> Iterable[tuple[str, int]]:
    asked = [m.check.port for m in server.monitors if m.check.kind in AT_PORT and m.check.port]
    login = [server.access.port] if server.access else []
    ports = dict.fromkeys([*login, *asked, *_PORTS])
    return ((address, port) for port in ports for address in server.addresses)


def _knock(address: str, port: int) -> Reply:
    try:
        connected(address, port, _SECONDS).close()
    except ConnectionError:
        return Reply.REFUSES
    except OSError:
        return Reply.SILENT
    return Reply.ACCEPTS
