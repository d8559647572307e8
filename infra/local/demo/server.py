"""A demonstration server: SSH, agent and two services on a loopback address, all in one folder."""

import shlex
import shutil
import socket
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.local.demo.servers.agent import (
    AgentServer,
    EmbeddedAgent,
    SnmpdServer,
    free_udp_port,
    snmpd_program,
)
from infra.local.demo.servers.daemon import Daemon
from infra.local.demo.servers.ssh import (
    EmbeddedSshServer,
    RealSshServer,
    generate_key,
    real_sshd,
)
from infra.local.demo.servers.web import EmbeddedWebServer, NginxServer, WebServer, nginx_program
from infra.local.demo.services import ServiceError, Services

ADDRESS = "127.0.0.21"
SHOP, ORDERS = "shop", "orders"
_NOBODY = "#!/bin/sh\n# Nobody but toban works on this server.\nexit 0\n"


def missing_for_real() -> list[str]:
    """Return what this machine lacks for real servers, as a person would say it."""
    sshd = shutil.which("sshd") or shutil.which("/usr/sbin/sshd")
    wanted = {"sshd": sshd, "snmpd": snmpd_program(), "nginx": nginx_program()}
    missing = [name for name, program in wanted.items() if not program]
    return missing if real_sshd() or not sshd else ["root", *missing]


class DemonstrationServer:
    """Stands ready once made; `stop()` ends every process of it. A context manager."""

    def __init__(
        self,
        folder: Path,
        *,
        real: bool,
        host: str = "web01",
        disks: tuple[str, ...] = ("/",),
        address: str = ADDRESS,
    ) -> None:
        self.folder, self.real, self.host, self._disks = folder, real, host, disks
        self.address = address
        self._closing = ExitStack()
        try:
            self.services = Services(folder)
            self._key = generate_key()
            self.ssh = self._open_ssh()
            self.shop, self.orders = self._web(SHOP), self._web(ORDERS)
            self.agent = self._open_agent()
            self._own_commands()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End everything that was started; doing it twice is harmless."""
        self._closing.close()

    def break_orders(self) -> None:
        """Save a configuration with a mistake and restart, as a hurried colleague would."""
        self.orders.spoil()
        try:
            self.services.run(ORDERS, "restart")
        except ServiceError:
            return
        raise ServiceError(f"{ORDERS} started although its configuration is broken.")

    def mend_orders(self) -> None:
        """Write a good configuration and start the service by hand."""
        self.orders.mend()
        self.services.run(ORDERS, "start")

    def reinstall_ssh(self) -> EmbeddedSshServer:
        """Put another SSH server in the place of this one: same port, another host key."""
        self.ssh.stop()
        another = EmbeddedSshServer(self.address, [self._key.public], port=self.ssh.port)
        self._closing.callback(another.stop)
        return another

    def secrets(self, customer_id: str) -> dict[str, str]:
        """Return the values behind the names that the hearing sheet gives."""
        return {
            self._secret(customer_id, "ssh-key"): self._key.private,
            self._secret(customer_id, "community"): self.agent.secret(),
        }

    def section(self, customer_id: str, plan: str, monitors: list[Any]) -> dict[str, Any]:
        """Return this server's part of the hearing sheet."""
        return {
            "id": self.host,
            "plan": plan,
            "addresses": [self.address],
            "access": {
                "user": "root",
                "port": self.ssh.port,
                "key": self._secret(customer_id, "ssh-key"),
                "host_keys": list(self.ssh.host_keys),
            },
            "agent": {
                "port": self.agent.port,
                "secret": self._secret(customer_id, "community"),
            },
            "monitors": monitors,
        }

    def monitors(self) -> list[Any]:
        """Return what the demonstration watches: the ways in and both services."""
        return [
            {"item": "ssh", "port": self.ssh.port},
            {"item": "agent"},
            self.shop_monitor(),
            self.orders_monitor(),
        ]

    def shop_monitor(self) -> dict[str, Any]:
        """Return the monitor of the web service, which a restart repairs."""
        return {"item": "http", "port": self.shop.port, "unit": "nginx", "service": SHOP}

    def orders_monitor(self) -> dict[str, Any]:
        """Return the monitor of the second web service."""
        port = self.orders.port
        return {"item": "http", "id": ORDERS, "port": port, "unit": "nginx", "service": ORDERS}

    def _web(self, name: str) -> WebServer:
        kind = NginxServer if self.real else EmbeddedWebServer
        folder, port = self.folder / name, free_port(self.address)
        web = kind(self.address, port, folder, name, page=f"welcome to {name}\n")
        self._run(web)
        self.services.install(web, test=web.test_command)
        return web

    def _own_commands(self) -> None:
        """Put this server's answers in front of the machine's: runbooks ask by these names."""
        both = " && ".join(shlex.join(web.test_command) for web in (self.shop, self.orders))
        self.services.program("nginx", f"#!/bin/sh\n# nginx -t: both sites\n{both}\n")
        for name in ("who", "w", "last"):
            self.services.program(name, _NOBODY)

    def _open_ssh(self) -> RealSshServer | EmbeddedSshServer:
        environment = {"PATH": self.services.path}
        authorized = [self._key.public]
        ssh: RealSshServer | EmbeddedSshServer
        if self.real:
            ssh = RealSshServer(self.folder / "sshd", self.address, authorized, environment)
        else:
            ssh = EmbeddedSshServer(self.address, authorized, environment)
        self._closing.callback(ssh.stop)
        return ssh

    def _open_agent(self) -> AgentServer:
        kind = SnmpdServer if self.real else EmbeddedAgent
        folder, port = self.folder / "snmpd", free_udp_port(self.address)
        agent = kind(self.address, port, folder, (SHOP, ORDERS), self._disks)
        self._run(agent)
        self.services.install(agent)
        return agent

    def _run(self, daemon: Daemon) -> None:
        self._closing.callback(daemon.kill)
        daemon.start()

    def _secret(self, customer_id: str, name: str) -> str:
        return f"/toban/{customer_id}/{self.host}/{name}"


def free_port(address: str) -> int:
    """Return a TCP port that nobody listens on at this moment."""
    with socket.create_server((address, 0)) as probe:
        return int(probe.getsockname()[1])
