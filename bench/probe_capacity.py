"""Many checks in one invocation: no false alarm, and bounds on time, descriptors and memory."""

import json
import sys
from typing import Any

from bench.rig.results import keep
from bench.rig.site import running
from infra.local.demo.servers.agent import snmpd_program
from infra.local.demo.servers.web import nginx_program

DESCRIPTORS = 1_000
MEMORY_BYTES = 256 * 2**20
INTERVAL_SECONDS = 60
"""The function's own timeout, shorter than the three minutes between two rounds."""
CASES = (
    ("healthy", "8,000 checks, all healthy", 8_000, 0),
    ("some_hang", "8,000 checks, 500 of them never answered", 8_000, 500),
    ("half_hangs", "a shard of 400, half of it never answered", 400, 200),
)


def main() -> int:
    """Run the cases and print what each took; a bound that is missed is told in the table."""
    if not (nginx_program() and snmpd_program()):
        sys.stdout.write("skipped, because nginx or snmpd is not installed.\n")
        return 0
    with running(exporters=False) as site:
        for key, name, total, hanging in CASES:
            arguments = (site.http_port, site.agents.port, total, hanging)
            seen = json.loads(site.run_ours("bench.rig.capacity", *arguments))
            keep({f"probe_capacity_{key}": seen})
            sys.stdout.write(f"{name}\n")
            for line in bounds(seen, total - hanging):
                sys.stdout.write(f"  {line}\n")
    return 0


def bounds(seen: dict[str, Any], healthy: int) -> list[str]:
    """Return the figures of one invocation, each beside its bound."""
    down, unknown = (seen["healthy"].get(status, 0) for status in ("down", "unknown"))
    mebibytes = seen["memory_bytes"] / 2**20
    return [
        f"false down {down} ({_kept(down == 0)}) of {healthy} healthy; "
        f"unknown {unknown} (CPU monitors: a rate needs two samples)",
        f"hanging told as {seen['hanging'] or 'none'}",
        f"wall {seen['wall_seconds']} s ({_kept(seen['wall_seconds'] < INTERVAL_SECONDS)}: under "
        f"{INTERVAL_SECONDS} s), CPU {seen['cpu_seconds']} s",
        f"descriptors {seen['descriptors']} ({_kept(seen['descriptors'] <= DESCRIPTORS)}: at most "
        f"{DESCRIPTORS})",
        f"memory {mebibytes:.0f} MiB ({_kept(seen['memory_bytes'] < MEMORY_BYTES)}: under 256)",
    ]


def _kept(bound: bool) -> str:
    return "kept" if bound else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
