"""What the typical server offers to a prober, on one loopback address: SSH's greeting, HTTP, HTTPS
with a chain of certificates as public ones are, an agent, and the processes that it tells of.
"""

import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from bench.cost.certificates import write_chain
from infra.local.demo.servers.agent import (
    AgentServer,
    EmbeddedAgent,
    SnmpdServer,
    free_udp_port,
    snmpd_program,
)

ADDRESS = "127.0.0.91"
PROCESSES = ("web", "jobs", "cron")


class Peers:
    """The servers, until the end of the `with`; `page_octets` is the length of every page."""

    def __init__(self, folder: Path, page_octets: int) -> None:
        self._folder, self._page_octets, self._ending = folder, page_octets, ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as ending:
            write_chain(self._folder, ADDRESS)
            os.environ["SSL_CERT_FILE"] = str(self._folder / "authority.pem")  # before any probe
            ending.callback(os.environ.pop, "SSL_CERT_FILE")
            self.ssh_port, self.http_port, self.https_port = self._web_servers(ending)
            self.agent = self._agent(ending)
            for name in PROCESSES:
                self._run_process(ending, name)
            self._ending = ending.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def _web_servers(self, ending: ExitStack) -> list[int]:
        """A process of their own: in ours they would hold up the prober that is measured."""
        given = (str(self._folder), ADDRESS, str(self._page_octets))
        command = [sys.executable, "-m", "bench.cost.web_servers", *given]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        ending.callback(running.communicate)
        ending.callback(running.kill)
        assert running.stdout is not None  # noqa: S101 - it is a pipe
        return [int(port) for port in json.loads(running.stdout.readline())]

    def _agent(self, ending: ExitStack) -> AgentServer:
        kind = SnmpdServer if snmpd_program() else EmbeddedAgent
        folder, port = self._folder / "snmpd", free_udp_port(ADDRESS)
        agent = kind(ADDRESS, port, folder, PROCESSES, ("/dev/shm",))  # noqa: S108 - a file system that is nearly empty
        ending.callback(agent.kill)
        agent.start()
        return agent

    def _run_process(self, ending: ExitStack, name: str) -> None:
        program = self._folder / name
        program.symlink_to(shutil.which("sleep") or "/bin/sleep")
        running = subprocess.Popen([str(program), "3600"])
        ending.callback(running.wait)
        ending.callback(running.kill)
