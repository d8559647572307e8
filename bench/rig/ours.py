"""Our side of a comparison, in a process of its own: python -m bench.rig.ours KIND PORT ROUNDS."""

import sys

from bench.rig.figures import own_cpu_seconds
from bench.rig.shards import ShardRounds, agent_checks, web_checks

AT_ONCE = 50
"""Probes at once on both sides: what the exporters are given, too."""

WARM_ROUNDS = 3
"""The exporters, too, have been asked before they are measured."""


def main(kind: str, port: int, rounds: int) -> None:
    """Probe a shard of 400 monitors round after round; print the CPU microseconds of one probe.

    A probe is one check, and for "snmp" one GET with the five checks that it answers.
    """
    shard = ShardRounds(agent_checks(port) if kind == "snmp" else web_checks(kind, port), AT_ONCE)
    shard.warm_up()
    for _ in range(WARM_ROUNDS):
        shard.run()
    monitors = len(shard.run())
    probes = monitors // 5 if kind == "snmp" else monitors
    before = own_cpu_seconds()
    for _ in range(rounds):
        shard.run()
    sys.stdout.write(f"{(own_cpu_seconds() - before) / rounds / probes * 1e6:.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
