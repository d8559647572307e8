"""Puts what the hearing sheets say in force at once; doing it again with the same sheets is
harmless.
"""

from collections.abc import Sequence
from dataclasses import replace

from contract.compilation import compile_shards
from contract.sheet import Sheet
from toban import clock
from toban.clients import client
from toban.domain.check import Check
from toban.domain.contract import Server
from toban.domain.policy import Policy
from toban.holidays import at_the_office
from toban.store import contracts, revisions

_NAMES_AT_A_TIME = 10  # SSM GetParameters takes no more


def apply(sheets: Sequence[Sheet], policy: Policy) -> dict[str, list[Check]]:
    """Store contracts, policy and compiled shards; return the checks of each shard that has any.

    Exactly the servers of these sheets are watched afterwards; without any sheet, what is in force
    goes on. The contract of a server that is watched no longer is kept: its open incidents still
    need it.
    """
    contracts.save_policy(policy)
    today = at_the_office(clock.now()).date()
    new = {sheet.customer.customer_id for sheet in sheets}
    for terms in revisions.all_in_force() if sheets else ():
        if terms.customer.customer_id not in new:
            revisions.begin_with(replace(terms, servers=()), today)
    for sheet in sheets:
        revisions.begin_with(sheet.terms, today)
    return {shard: checks for shard, checks in compile_shards().items() if checks}


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
