"""Puts what the hearing sheets say in force; doing it again with the same sheets is harmless."""

from collections.abc import Sequence

from contract.sheet import Sheet
from toban.clients import client
from toban.domain.check import Check
from toban.domain.contract import Server
from toban.domain.policy import Policy
from toban.domain.shards import checks_by_shard
from toban.store import contracts, shards

PHASES = {3: 3, 5: 5}
"""Minutes between two rounds, and the phases that a family's monitors are spread over
(template.yaml).
"""

_NAMES_AT_A_TIME = 10  # SSM GetParameters takes no more


def apply(sheets: Sequence[Sheet], policy: Policy) -> dict[str, list[Check]]:
    """Store contracts, policy and compiled shards; return the checks of each shard that has any.

    Exactly the servers of these sheets are watched afterwards. The contract of a server that is
    watched no longer is kept: its open incidents still need it.
    """
    contracts.save_policy(policy)
    for sheet in sheets:
        contracts.save_customer(sheet.customer)
        for server in sheet.servers:
            contracts.save_server(server)
    servers = [server for sheet in sheets for server in sheet.servers]
    compiled = checks_by_shard(servers, policy)
    shards.save({**_emptied(compiled), **compiled})
    return compiled


def _emptied(compiled: dict[str, list[Check]]) -> dict[str, list[Check]]:
    """Return the groups that watched something and now watch nothing, each with one empty shard."""
    busy = {shards.group_of(shard) for shard in compiled}
    groups = [
        f"every-{minutes}-min.phase-{phase}"
        for minutes, phases in PHASES.items()
        for phase in range(phases)
    ]
    idle = [group for group in groups if group not in busy and shards.names(group)]
    return {f"{group}.shard-000": [] for group in idle}


def unstored(servers: Sequence[Server]) -> list[str]:
    """Return the names of secrets that the servers need and Parameter Store does not have."""
    wanted = {server.access.key for server in servers if server.access}
    wanted |= {server.agent.secret for server in servers if server.agent}
    names = sorted(wanted - {""})
    missing: list[str] = []
    for first in range(0, len(names), _NAMES_AT_A_TIME):
        asked = names[first : first + _NAMES_AT_A_TIME]
        missing += client("ssm").get_parameters(Names=asked)["InvalidParameters"]
    return sorted(missing)
