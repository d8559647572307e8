"""How many octets each kind of probe sends and receives, counted on real sockets by relays."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.cost.peers import ADDRESS, Peers
from bench.cost.relays import Carried, DatagramRelay, StreamRelay
from bench.cost.sheets import Ports, Typical
from probe.probers.sampler import samplers_of
from probe.shard import observe_all
from toban import clock
from toban.domain.check import Check, Kind
from toban.domain.counters import Counters

Octets = tuple[int, int]
"""Out from the prober, in from the server; every header of IP, TCP and UDP included."""

_AGENT_KINDS = {Kind.AGENT: "agent and processes", Kind.PROCESS: "agent and processes"}
_METRICS = "metrics and sample"
_KNOWN_WORDS = {"page": "url_keyword", "cert-expiry": "cert_expiry"}


def octets_by_kind(peers: Peers, assumed: Mapping[str, Any], folder: Path) -> dict[str, Octets]:
    """Return the octets of one probe of each kind; an agent's checks share their conversations."""
    carried = Carried()
    with ExitStack() as ending:

        def relayed(port: int) -> int:
            return ending.enter_context(StreamRelay(carried, ADDRESS, port)).port

        agent = ending.enter_context(DatagramRelay(carried, ADDRESS, peers.agent.port))
        ssh, http, https = map(relayed, (peers.ssh_port, peers.http_port, peers.https_port))
        ports = Ports(ssh, http, https, agent.port)
        found = _of_version(peers, {**assumed, "keyword_pages": 1}, ports, carried, folder)
        secure = _of_version(peers, {**assumed, "agent_version": "3"}, ports, carried, folder)
    of_agents = (*set(_AGENT_KINDS.values()), _METRICS)
    return found | {f"{name}, SNMP v3": secure[name] for name in of_agents}


def _of_version(
    peers: Peers, assumed: dict[str, Any], ports: Ports, carried: Carried, folder: Path
) -> dict[str, Octets]:
    [sheet] = Typical(assumed, ports).sheets(folder, 1)
    checks = [monitor.check for server in sheet.servers for monitor in server.monitors]
    secret = peers.agent.secret(assumed["agent_version"])
    return {
        kind: _octets(group, secret, carried) for kind, group in sorted(_grouped(checks).items())
    }


def _grouped(checks: list[Check]) -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = {}
    for check in checks:
        found.setdefault(_name(check), []).append(check)
    return found


def _name(check: Check) -> str:
    if check.kind is Kind.RESOURCE:
        return _METRICS
    monitor = check.monitor_id.rpartition(".")[2]
    return _AGENT_KINDS.get(check.kind) or _KNOWN_WORDS.get(monitor, monitor)


def _octets(checks: list[Check], secret: str, carried: Carried) -> Octets:
    """Probe twice, as a second round does, and count the second time."""
    counters: dict[str, Counters] = {}
    for _ in range(2):
        samplers = samplers_of(checks, counters) if _name(checks[0]) == _METRICS else {}
        carried.take()
        counters = observe_all(
            checks, counters, lambda _: secret, clock.now, samplers=samplers
        ).counters
    return carried.take()


def of_a_round(octets: Mapping[str, Octets], keyword_pages: float) -> Iterator[tuple[str, float]]:
    """Yield each kind of the typical server and how often it is probed in an hour."""
    for kind in octets:
        if "," not in kind:
            often = 12.0 if kind in {_METRICS, "cert_expiry"} else 20.0
            yield kind, often * (keyword_pages if kind == "url_keyword" else 1.0)
