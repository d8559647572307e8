"""Hearing sheets of as many typical servers as wanted, read as those of customers are."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from bench.cost.peers import ADDRESS, PROCESSES
from bench.cost.web_servers import KEYWORD
from contract.sheet import Sheet, read_sheet
from infra.local.demo.servers.ssh import generate_key
from toban.domain.contract import Monitor, Server

_NEVER, _ABOVE_ALL = "100%", 1e6
_PEOPLE = ("山田 太郎", "佐藤 花子", "鈴木 一郎", "高橋 次郎", "伊藤 三郎")


def agent_secret(customer_id: str) -> str:
    """Return the name of the secret that a customer's agents are asked with."""
    return f"/toban/{customer_id}/agent"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the typical server is reached."""

    ssh: int
    http: int
    https: int
    agent: int


class Typical:
    """Makes typical servers by the assumptions of workload.yaml (its part `server`)."""

    def __init__(self, assumed: dict[str, Any], ports: Ports) -> None:
        self._assumed, self._ports = assumed, ports
        self._host_key = generate_key().public

    def sheets(self, folder: Path, servers: int) -> Iterator[Sheet]:
        """Yield the sheets of so many servers, customer by customer."""
        at_a_time = self._assumed["servers_of_a_customer"]
        for number, first in enumerate(range(0, servers, at_a_time)):
            customer = f"c{number:04}"
            last = min(servers, first + at_a_time)
            yield self._sheet(
                folder, customer, [self._server(customer, n) for n in range(first, last)]
            )

    def _sheet(self, folder: Path, customer_id: str, servers: list[dict[str, Any]]) -> Sheet:
        people = _PEOPLE[: self._assumed["contacts_of_a_customer"]]
        contacts = [
            {"name": name, "mail": f"p{n}@{customer_id}.example", "phone": f"03-1234-567{n}"}
            for n, name in enumerate(people)
        ]
        customer = {"id": customer_id, "name": "株式会社コスト", "zone": "Asia/Tokyo"}
        sheet = {"customer": customer, "contacts": contacts, "servers": servers}
        path = folder / f"{customer_id}.yaml"
        path.write_text(yaml.safe_dump(sheet, allow_unicode=True), encoding="utf-8")
        read = read_sheet(path, allow_loopback=True)
        return replace(read, servers=tuple(map(_calm, read.servers)))

    def _server(self, customer_id: str, number: int) -> dict[str, Any]:
        return {
            "id": f"web{number:05}",
            "plan": "respond",
            "addresses": [ADDRESS],
            "access": {
                "user": "toban",
                "key": f"/toban/{customer_id}/ssh-key",
                "port": self._ports.ssh,
                "host_keys": [self._host_key],
            },
            "agent": {
                "port": self._ports.agent,
                "secret": agent_secret(customer_id),
                "version": self._assumed["agent_version"],
            },
            "monitors": [*self._monitors(), *self._pages(number)],
        }

    def many(self, folder: Path, servers: int) -> Iterator[Server]:
        """Yield so many servers without a sheet for each, for plans of large installations."""
        first = int(1 / (self._assumed["keyword_pages"] or 1))
        [sheet] = self.sheets(folder, min(first, self._assumed["servers_of_a_customer"]))
        for number in range(servers):
            model = sheet.servers[number % len(sheet.servers)]
            yield _renamed(model, f"c{number // 10:04}.web{number:05}")

    def _monitors(self) -> list[dict[str, Any]]:
        known = self._known()
        return [{"item": name, **known[name]} for name in self._assumed["monitors"]]

    def _known(self) -> dict[str, dict[str, Any]]:
        """Return the items with the keys that they need here; nothing of this machine may alarm."""
        ports = self._ports
        process = {
            f"proc_{name}": {"item": "proc_custom", "id": f"proc-{name}", "process": name}
            for name in PROCESSES
        }
        return {
            "ping": {"ports": [ports.ssh]},
            "ssh": {"port": ports.ssh},
            "agent": {},
            "http": {"port": ports.http, "unit": "nginx"},
            "https": {"port": ports.https, "unit": "nginx"},
            **process,
            "cpu": {"threshold": _NEVER},
            "load": {"threshold": 100},
            "mem": {"threshold": _NEVER},
            "disk": {"mount": "/dev/shm", "threshold": _NEVER},  # noqa: S108
            "traffic": {"interface": "lo", "capacity": "100G", "threshold": _NEVER},
            "cert_expiry": {"host": ADDRESS, "port": ports.https},
        }

    def _pages(self, number: int) -> Iterator[dict[str, Any]]:
        share = self._assumed["keyword_pages"]
        if int((number + 1) * share) > int(number * share):
            url = f"http://{ADDRESS}:{self._ports.http}/"
            yield {"item": "url_keyword", "id": "page", "url": url, "must_contain": KEYWORD}


def _calm(server: Server) -> Server:
    """A machine that measures is busy: no figure of its own may alarm."""
    return replace(server, monitors=tuple(map(_calm_monitor, server.monitors)))


def _calm_monitor(monitor: Monitor) -> Monitor:
    question = monitor.check.resource
    if question is None:
        return monitor
    calm = replace(question, threshold=_ABOVE_ALL)
    return replace(monitor, check=replace(monitor.check, resource=calm))


def _renamed(server: Server, server_id: str) -> Server:
    monitors = tuple(
        replace(each, check=replace(each.check, monitor_id=f"{server_id}.{_local(each)}"))
        for each in server.monitors
    )
    return replace(server, server_id=server_id, monitors=monitors)


def _local(monitor: Monitor) -> str:
    return monitor.check.monitor_id.rpartition(".")[2]
