"""Loopback addresses of this test process alone: no other one is given a port that a story has
stopped.
"""

import os

_PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
NETWORK = f"127.0.{2 + _PROCESS}"


def loopback(number: int) -> str:
    """Return one of the addresses; `number` is from 1 to 254."""
    return f"{NETWORK}.{number}"
