"""Loopback addresses and ports of this test process alone: no other one is given a port that a
story has stopped.
"""

import os
from random import Random

_PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_SHARE = 3_000
NETWORK = f"127.0.{2 + _PROCESS}"


def _ports() -> list[int]:
    """The kernel gives none of these to whoever asks for any port, or connects."""
    first = 20_600 + _PROCESS % 4 * _SHARE
    return Random(os.getpid()).sample(range(first, first + _SHARE), _SHARE)  # noqa: S311 - no secret


PORTS = iter(_ports())
"""Each is taken once, by whoever finds it free."""


def loopback(number: int) -> str:
    """Return one of the addresses; `number` is from 1 to 254."""
    return f"{NETWORK}.{number}"
