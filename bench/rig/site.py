"""Everything that a comparison needs, started on free ports and gone afterwards."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.rig.exporters import Exporter, blackbox, snmp
from bench.rig.servers import ADDRESSES, ManySidedNginx, ManySidedSnmpd
from bench.rig.shards import OIDS

ROOT = Path(__file__).parents[2]
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_000
"""Below the ports that the kernel gives to those who ask."""


@dataclass(frozen=True, slots=True)
class Site:
    """The servers that are asked, and the exporters that ask them too (None: not wanted)."""

    nginx: ManySidedNginx
    agents: ManySidedSnmpd
    blackbox: Exporter | None
    snmp: Exporter | None

    @property
    def http_port(self) -> int:
        """Where the addresses serve HTTP; HTTPS is at the next port."""
        return self.nginx.port

    def run_ours(self, module: str, *arguments: object) -> str:
        """Run a module of the bench in a process of its own and return what it prints."""
        command = [sys.executable, "-m", module, *map(str, arguments)]
        environment = os.environ | {"SSL_CERT_FILE": str(self.nginx.authority_file)}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout


@contextmanager
def running(*, exporters: bool) -> Iterator[Site]:
    """Run the servers, and the exporters if wanted; whatever happens, none of them stays."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="toban-bench-")))
        ports = free_ports()
        nginx = ManySidedNginx(next(ports), folder / "nginx")
        ending.callback(nginx.kill)
        nginx.start()
        agents = ManySidedSnmpd(next(ports), folder / "snmpd")
        ending.callback(agents.kill)
        agents.start()
        peers: list[Exporter | None] = [None, None]
        if exporters:
            peers = [blackbox(next(ports), folder), snmp(next(ports), folder, OIDS)]
        for peer in peers:
            if peer is not None:
                ending.callback(peer.stop)
                peer.start(nginx.authority_file)
        yield Site(nginx, agents, *peers)


def free_ports() -> Iterator[int]:
    """Yield ports that are free, with the one behind them, at all addresses."""
    for port in range(LOWEST_PORT + os.getpid() % 5_000, HIGHEST_PORT, 2):
        if all(
            _free(host, each) for host in ("127.0.0.1", *ADDRESSES) for each in (port, port + 1)
        ):
            yield port


def _free(host: str, port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((host, port))
            except OSError:
                return False
    return True
