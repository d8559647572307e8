"""Servers of customers, light enough for many at once: ports within this process, and services that
are started and stopped over an embedded SSH server.
"""

import shlex
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from infra.local.demo.server import free_port
from infra.local.demo.servers.ssh import EmbeddedSshServer, generate_key
from infra.local.demo.servers.web import EmbeddedWebServer
from infra.local.demo.services import Services
from tests.loopback import NETWORK

_NOBODY = "#!/bin/sh\n# Nobody but toban works on this server.\nexit 0\n"
CHANGES = ("start", "stop", "restart")


class Port:
    """A TCP service that accepts, refuses when it is stopped, and is silent when it is deaf."""

    def __init__(self, address: str) -> None:
        self.address, self.port = address, free_port(address)
        self._closing = ExitStack()
        self.start()

    def start(self) -> None:
        """Accept connections (again)."""
        self._closing.close()
        listener = socket.create_server((self.address, self.port), backlog=128)
        self._closing.callback(_close, listener)
        threading.Thread(target=_accept, args=(listener,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections."""
        self._closing.close()

    def go_deaf(self) -> None:
        """Be as silent as a server that is gone: the kernel drops what a full queue cannot take."""
        self._closing.close()
        listener = self._closing.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.address, self.port))
        listener.listen(0)
        for _ in range(3):
            filler = self._closing.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex((self.address, self.port))

    def monitor(self, name: str, **more: Any) -> dict[str, Any]:
        """Return the monitor of the port for a hearing sheet."""
        return {"item": "tcp", "id": name, "port": self.port, **more}


def _accept(listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            listener.accept()[0].close()


def _close(listener: socket.socket) -> None:
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


class Host:
    """One server of a customer, at a loopback address of its own."""

    def __init__(self, folder: Path, name: str, address: str) -> None:
        self.folder, self.name, self.address = folder, name, address
        self.services = Services(folder)
        self.webs: dict[str, EmbeddedWebServer] = {}
        self.ports: list[Port] = []
        self.more: dict[str, Any] = {}
        self._key = generate_key()
        self._host_key = generate_key().public
        self._ssh: EmbeddedSshServer | None = None
        self._closing = ExitStack()
        for command in ("who", "w", "last"):
            self.services.program(command, _NOBODY)

    def stop(self) -> None:
        """End everything that was started."""
        self._closing.close()

    def shut(self) -> None:
        """Let nobody in any more."""
        if self._ssh:
            self._ssh.stop()

    def port(self) -> Port:
        """Open a port."""
        self.ports.append(Port(self.address))
        self._closing.callback(self.ports[-1].stop)
        return self.ports[-1]

    def web(self, name: str) -> EmbeddedWebServer:
        """Start a web service that `service NAME start` starts again, and open the way to it."""
        folder, port = self.folder / name, free_port(self.address)
        web = EmbeddedWebServer(self.address, port, folder, name, page=f"welcome to {name}\n")
        self._closing.callback(web.kill)
        web.start()
        self.services.install(web, test=web.test_command)
        self.webs[name] = web
        tests = " && ".join(shlex.join(each.test_command) for each in self.webs.values())
        self.services.program("nginx", f"#!/bin/sh\n# nginx -t: all sites\n{tests}\n")
        if self._ssh is None:
            environment = {"PATH": self.services.path}
            self._ssh = EmbeddedSshServer(self.address, [self._key.public], environment)
            self._closing.callback(self._ssh.stop)
        return web

    def monitor(self, name: str, **more: Any) -> dict[str, Any]:
        """Return the monitor of a web service for a hearing sheet."""
        port = self.webs[name].port
        service = {"unit": "nginx", "service": name}
        return {"item": "http", "id": name, "port": port, **service, **more}

    @property
    def commands(self) -> list[str]:
        """Everything that was carried out on the server."""
        return list(self._ssh.commands) if self._ssh else []

    def changes(self, service: str) -> list[str]:
        """What was done to a service, in its order: start, stop, restart."""
        asked = [(f"service {service} {verb}", verb) for verb in CHANGES]
        return [verb for each in self.commands for text, verb in asked if text in each]

    def secrets(self, customer_id: str) -> dict[str, str]:
        """Return the values behind the names that the hearing sheet gives."""
        return {self._secret(customer_id): self._key.private}

    def section(self, customer_id: str, plan: str, monitors: list[Any]) -> dict[str, Any]:
        """Return this server's part of the hearing sheet; without a service the door is shut."""
        known = self._ssh.host_keys if self._ssh else (self._host_key,)
        port = self._ssh.port if self._ssh else free_port(self.address)
        access = {"user": "root", "port": port, "key": self._secret(customer_id)}
        return {
            "id": self.name,
            "plan": plan,
            "addresses": [self.address],
            "access": {**access, "host_keys": list(known)},
            "monitors": monitors,
            **self.more,
        }

    def _secret(self, customer_id: str) -> str:
        return f"/toban/{customer_id}/{self.name}/ssh-key"


@contextmanager
def hosts(folder: Path, network: str = NETWORK) -> Iterator["Hosts"]:
    """Give servers until the end of the `with`."""
    found = Hosts(folder, network)
    try:
        yield found
    finally:
        for host in found.made:
            host.stop()


class Hosts:
    """Makes servers, each at an address of its own."""

    def __init__(self, folder: Path, network: str) -> None:
        self._folder, self._network = folder, network
        self.made: list[Host] = []

    def new(self, customer_id: str, name: str) -> Host:
        """Return a new server."""
        address = f"{self._network}.{len(self.made) + 1}"
        self.made.append(Host(self._folder / customer_id / name, name, address))
        return self.made[-1]
