"""An SNMP agent to ask: snmpd where it is installed, else an embedded agent made of pysnmp."""

import asyncio
import json
import os
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.local.demo.servers.daemon import Daemon
from probe.probers.result import ProbeError
from probe.probers.snmp import open_session
from toban.domain.check import Agent

_SNMPD = ("snmpd", "/usr/sbin/snmpd")


@dataclass(frozen=True, slots=True)
class AgentUser:
    """The SNMPv3 user of a demonstration agent (SHA-256 and AES-128)."""

    name: str = "toban"
    auth_key: str = "demo-auth-key"
    priv_key: str = "demo-priv-key"

    def secret(self) -> str:
        """Return the user in the form in which the prober takes it (see domain.check.Agent)."""
        return json.dumps(
            {
                "user": self.name,
                "auth_protocol": "SHA-256",
                "auth_key": self.auth_key,
                "priv_protocol": "AES",
                "priv_key": self.priv_key,
            }
        )


class AgentServer(Daemon):
    """Tells about this machine over SNMP v2c and v3; `processes` and `disks` are its proc and
    disk lines.
    """

    def __init__(
        self,
        address: str,
        port: int,
        folder: Path,
        processes: tuple[str, ...] = ("nginx",),
        disks: tuple[str, ...] = ("/",),
        community: str = "demo",
    ) -> None:
        super().__init__(address, port, folder, "snmpd")
        self.processes = processes
        self.disks = disks
        self.community = community
        self.user = AgentUser()
        self.config_file = folder / "snmpd.conf"
        self.config_file.write_text(self._configuration(), encoding="utf-8")

    def where(self, secret: str, version: str = "2c") -> Agent:
        """Return the agent as a check names it; `secret` is the name of the secret."""
        return Agent(self.address, self.port, version, secret)

    def secret(self, version: str = "2c") -> str:
        """Return the value of the secret."""
        return self.user.secret() if version == "3" else self.community

    def answers(self) -> bool:
        """Tell whether the agent answers an SNMPv3 discovery."""
        return asyncio.run(self._answers())

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(1):
                await open_session(self.where("", "3"), self.user.secret(), 1)
        except (ProbeError, OSError):
            return False
        return True

    def _configuration(self) -> str:
        raise NotImplementedError


class SnmpdServer(AgentServer):
    """The real net-snmp daemon with a configuration and a persistent folder of its own."""

    @property
    def start_command(self) -> list[str]:
        """Start snmpd as a daemon; the switched off modules would only warn, the MIB texts are
        not needed.
        """
        environment = [f"SNMP_PERSISTENT_DIR={self.folder / 'persistent'}", "MIBS="]
        options = ["-C", "-c", str(self.config_file), "-I", "-smux,mteTrigger,mteTriggerConf"]
        files = ["-Lf", str(self.log_file), "-p", str(self.pid_file)]
        return ["env", *environment, snmpd_program() or "snmpd", *options, *files]

    def _configuration(self) -> str:
        transport = "udp6" if ":" in self.address else "udp"
        host = f"[{self.address}]" if ":" in self.address else self.address
        user = self.user
        lines = [
            f"agentAddress {transport}:{host}:{self.port}",
            f"rocommunity {self.community}",
            f'createUser {user.name} SHA-256 "{user.auth_key}" AES "{user.priv_key}"',
            f"rouser {user.name} priv",
            "dontLogTCPWrappersConnects yes",
            *(f"proc {name}" for name in self.processes),
            *(f"disk {path}" for path in self.disks),
        ]
        return "\n".join(lines) + "\n"


class EmbeddedAgent(AgentServer):
    """A pysnmp agent in a process of its own, for machines without snmpd; it reads the same
    /proc.
    """

    @property
    def start_command(self) -> list[str]:
        """Start the embedded agent as a daemon."""
        module = "infra.local.demo.servers.embedded_agent"
        path = f"PYTHONPATH={os.pathsep.join(sys.path)}"
        return ["env", path, sys.executable, "-m", module, str(self.config_file)]

    def _configuration(self) -> str:
        return json.dumps(
            {
                "address": self.address,
                "port": self.port,
                "community": self.community,
                "user": self.user.name,
                "auth_key": self.user.auth_key,
                "priv_key": self.user.priv_key,
                "processes": self.processes,
                "disks": self.disks,
                "program": self.program,
                "pid_file": str(self.pid_file),
            }
        )


def snmpd_program() -> str | None:
    """Return where snmpd is installed, or None."""
    return next((path for path in map(shutil.which, _SNMPD) if path), None)


def free_udp_port(address: str) -> int:
    """Return a UDP port that nobody uses at this moment."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])
