"""The real snmpd with exactly the configuration that `toban agent config` prints for a sheet."""

import asyncio
from pathlib import Path

from infra.local.agent.configuration import (
    AUTH_KEY,
    COMMUNITY,
    PRIV_KEY,
    access_lines,
    configuration,
)
from infra.local.demo.servers.agent import SnmpdServer, free_udp_port
from probe.probers.result import ProbeError
from probe.probers.snmp import open_session
from probe.shard import ShardResult, observe_all
from tests.unit.acme_sheet import ACME
from toban import clock
from toban.domain.check import Check
from toban.domain.contract import Server
from toban.domain.counters import Counters

HERE = "127.0.0.1"
SHEET = f"""\
{ACME.partition("servers:")[0]}servers:
  - id: web01
    addresses: ["{HERE}"]
    plan: notify
    agent: {{version: VERSION, port: PORT, secret: /toban/acme/web01/snmp}}
    monitors:
"""


def sheet_of(monitors: list[str], port: int, version: str = "3") -> str:
    """Return a sheet of this machine with these monitors, each a line of YAML."""
    head = SHEET.replace("VERSION", version).replace("PORT", str(port))
    return head + "".join(f"      - {monitor}\n" for monitor in monitors)


class ConfiguredAgent(SnmpdServer):
    """snmpd as a customer starts it: the generated file, and beside it the one with the secrets."""

    def __init__(self, server: Server, folder: Path, locale: str = "ja") -> None:
        assert server.agent is not None
        self.server = server
        self.version = server.agent.version
        self.sources = [HERE]
        self.access_file = folder / "toban-access.conf"
        self.text = configuration(server, locale, self.sources, str(self.access_file))
        super().__init__(HERE, server.agent.port, folder)
        lines = "\n".join(access_lines(server.agent, self.sources)) + "\n"
        values = {AUTH_KEY: self.user.auth_key, PRIV_KEY: self.user.priv_key, COMMUNITY: "sesame"}
        for placeholder, value in values.items():
            lines = lines.replace(placeholder, value)
        self.access_file.write_text(lines, encoding="utf-8")
        self.community = "sesame"

    def _configuration(self) -> str:
        return self.text

    async def _answers(self) -> bool:
        secret = self.secret(self.version)
        try:
            with await open_session(self.where("", self.version), secret, 1) as session:
                return bool(await session.get(["1.3.6.1.2.1.1.3.0"]))
        except (ProbeError, OSError):
            return False

    def answers(self) -> bool:
        """Tell whether the agent answers who may ask."""
        return asyncio.run(self._answers())

    def ask(self, checks: list[Check], counters: dict[str, Counters] | None = None) -> ShardResult:
        """Probe the checks as a shard does."""
        secret = self.secret(self.version)
        return observe_all(checks, counters or {}, lambda _: secret, clock.now)

    def complaints(self) -> list[str]:
        """Return what the agent has to say about its configuration."""
        log = self.log_file.read_text(encoding="utf-8", errors="replace")
        usual = ("NET-SNMP version", "Created directory")
        return [line for line in log.splitlines() if not line.startswith(usual)]


__all__ = ["HERE", "ConfiguredAgent", "free_udp_port", "sheet_of"]
