"""Everything that is measured, gathered once: what runs through the real code, and how."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cold_start import handlers
from bench.cost.days import Days, spend_days
from bench.cost.incidents import Trouble, story
from bench.cost.peers import Peers
from bench.cost.rounds import Watched, watch
from bench.cost.starts import Starts, measure_starts
from bench.cost.wire import Octets, octets_by_kind
from infra.local.demo.servers.agent import snmpd_program

SIZES = (40, 160)
"""Servers: less than a shard in each phase of three minutes, and two of them."""
SIZES_WITHOUT_SNMPD = (8, 24)
"""The embedded agent is too slow for more; a phase then has no second shard."""

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, in the order of its making."""

    octets: dict[str, Octets]
    watched: tuple[Watched, ...]
    days: Days
    troubles: dict[str, Trouble]
    starts: Starts


def measure(workload: Mapping[str, Any], folder: Path, tell: Told) -> Measured:
    """Measure everything; `tell` hears what is being done."""
    assumed = workload["server"]
    sizes = SIZES if snmpd_program() else SIZES_WITHOUT_SNMPD
    tell("cold starts")
    starts = measure_starts(handlers())
    with Peers(_made(folder, "peers"), assumed["keyword_page_octets"]) as peers:
        tell("octets of each kind of probe")
        octets = octets_by_kind(peers, assumed, _made(folder, "wire"))
        watched = []
        for servers in sizes:
            tell(f"rounds of {servers} servers")
            watched.append(watch(peers, assumed, servers, _made(folder, f"watch{servers}")))
    tell("days, months and pages")
    days = spend_days(assumed, _made(folder, "days"))
    tell("incidents, with and without a call")
    with story(_made(folder, "story"), assumed["contacts_of_a_customer"]) as told:
        troubles = {
            "access": told.access_checked(),
            "cleared": told.cleared(),
            "repaired": told.repaired(),
            "called": told.called(),
            "notified": told.notified(),
        }
    return Measured(octets, tuple(watched), days, troubles, starts)


def _made(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def say(words: str) -> None:
    """Tell whoever waits what is being measured."""
    sys.stderr.write(f"measuring: {words}\n")
