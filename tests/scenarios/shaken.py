"""Delays of chance, in real time, between all that happens in one moment of stepped time: whatever
a story expects there must not depend on which of two events is first (docs/decisions/0170).
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

from infra.local.patches import Patches
from infra.local.runtime import Runtime
from infra.local.stepped_clock import SteppedClock

_LONGEST_S = ((0.5, 0.0), (0.9, 0.01), (0.985, 0.06), (1.0, 0.3))
"""The share of the delays up to here, and how long these are at most."""
_REQUESTS = 0.15
"""The share of the requests to AWS that are delayed at all."""


@contextmanager
def shaken(seed: int) -> Iterator[None]:
    """Delay whatever wakes, each call of a function and some of its requests to AWS."""
    chance, patches = random.Random(seed), Patches()  # noqa: S311 - nothing is kept secret by it
    _after(patches, SteppedClock, "wait_until", lambda: _delay(chance))
    _after(patches, Runtime, "call", lambda: _delay(chance))
    _after(patches, BotocoreStubber, "__call__", lambda: _delay_some(chance))
    try:
        yield
    finally:
        patches.undo()


def _after(patches: Patches, owner: Any, name: str, delay: Callable[[], None]) -> None:
    original = getattr(owner, name)

    def delayed(self: Any, *given: Any, **named: Any) -> Any:
        try:
            return original(self, *given, **named)
        finally:
            delay()

    patches.replace(owner, name, delayed)


def _delay_some(chance: random.Random) -> None:
    if chance.random() < _REQUESTS:
        _delay(chance)


def _delay(chance: random.Random) -> None:
    share = chance.random()
    longest = next(seconds for upto, seconds in _LONGEST_S if share < upto)
    time.sleep(chance.random() * longest)
