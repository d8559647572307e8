"""Lets the schedules watch exactly what is in force, and the canary."""

from toban.domain.check import Check
from toban.domain.shards import checks_by_shard
from toban.store import canaries, contracts, revisions, shards


def compile_shards() -> dict[str, list[Check]]:
    """Give each shard its checks; return them. A group that watched something before and does so no
    longer has an empty one.

    Whoever changes something meanwhile is seen: terms are marked as in force when all of them are
    written, and the marks are looked at again afterwards.
    """
    while True:
        marks = revisions.marks()
        agreed = [server for terms in revisions.all_in_force() for server in terms.servers]
        compiled = checks_by_shard([*agreed, *canaries.watched()], contracts.policy())
        shards.save(compiled)
        if revisions.marks() == marks:
            return compiled
