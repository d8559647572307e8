"""What this process can afford: descriptors, and time for Python's search for garbage."""

import gc
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

from probe.probers import kept_sockets

SPARE_DESCRIPTORS = 32
"""Left for the resolver's threads, the AWS clients and the event loop."""
OBJECTS_UNSWEPT = 20_000
"""Objects made before Python looks for cycles among them: looking at every 700, its default, was a
tenth of a round.
"""


def affordable(limit: int) -> int:
    """Return how many sockets may be open at once without running out of descriptors."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    in_use = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - only their number counts
    spare = SPARE_DESCRIPTORS + kept_sockets.keep_at_most(min(kept_sockets.MOST, allowed // 4))
    return max(1, min(limit, allowed - in_use - spare))


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Let Python look for cycles rarely meanwhile; what no cycle holds goes at once as ever."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_UNSWEPT, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
