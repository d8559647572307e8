"""Thousands of checks in one invocation, as a function has to bear them: 1,024 descriptors, 256 MB.

`make bench` runs 8,000 of them against nginx and snmpd; here are as many as a minute of CI allows.
"""

import json
import os
import subprocess
import sys
import textwrap
from typing import Any

from tests.integration.peers import answers, deaf, listening, page, silent

CHECKS = int(os.environ.get("TOBAN_TEST_CHECKS", "2000"))
DESCRIPTORS = 1_000
MEMORY_KIB = 256 * 1024
FUNCTION_SECONDS = 60
"""The function's own limit, a third of the interval between two rounds."""
INVOCATION = """
    import json, os, re, resource, sys, threading, time
    from collections import Counter
    from pathlib import Path
    from probe import run_checks, shard
    from probe.shard import observe_all
    from toban import clock
    from toban.domain.check import Check, HttpQuestion, Kind

    tcp, web, hanging, many, seconds = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
    shard.STALL_SECONDS = 60  # a busy machine may let this process wait
    page = HttpQuestion()
    kinds = (
        Check("a.b.tcp", Kind.TCP, "127.0.0.1", tcp, 30, 30),
        Check("a.b.hanging", Kind.TCP, "127.0.0.1", hanging, seconds, seconds),
        Check("a.b.web", Kind.HTTP, "127.0.0.1", web, 30, 30, http=page),
        Check("a.b.hanging", Kind.HTTP, "127.0.0.1", hanging, seconds, seconds, http=page),
    )
    most, over = [0], threading.Event()

    def watch():
        while not over.wait(0.01):
            most[0] = max(most[0], len(os.listdir("/proc/self/fd")))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.monotonic()
    seen = observe_all(kinds * (many // 4), {}, str, clock.now).observations
    wall = time.monotonic() - began
    over.set()
    watcher.join()
    told = Counter(f"{each.monitor_id} {each.reason}" for each in seen)
    # not ru_maxrss, in which a process begins with what its parent has
    memory = int(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])
    print(json.dumps({"told": told, "wall": wall, "descriptors": most[0], "memory": memory}))
"""


def invocation(checks: int, seconds: int) -> dict[str, Any]:
    """Probe in a process of its own; half of the checks go where nothing is ever answered."""
    with (
        listening(silent) as tcp,
        listening(answers(page(b"well"))) as web,
        deaf() as hanging,
    ):
        numbers = (tcp, web, hanging, checks, seconds)
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(INVOCATION), *map(str, numbers)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_shard_of_which_half_hangs_tells_each_for_what_it_is_within_its_means() -> None:
    seen = invocation(CHECKS, seconds=3)

    each = CHECKS // 4
    assert seen["told"] == {"a.b.tcp ok": each, "a.b.web ok": each, "a.b.hanging timeout": 2 * each}
    assert seen["descriptors"] <= DESCRIPTORS
    assert seen["memory"] < MEMORY_KIB
    assert seen["wall"] < FUNCTION_SECONDS
