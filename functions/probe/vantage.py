"""Asking the reference targets whether this prober can see the outside at all."""

from collections.abc import Sequence

from probe.shard import observe_all
from toban import clock
from toban.domain.check import Check, Kind
from toban.domain.observation import Reason

REFERENCE_SECONDS = 5.0
_ANSWERS = frozenset({Reason.OK, Reason.REFUSED, Reason.RESET})
"""A refusal proves the network as well as a connection does."""


def references_answer(targets: Sequence[str]) -> bool:
    """Tell whether any of the targets ("1.1.1.1:443") answers; with none given we trust
    ourselves.
    """
    if not targets:
        return True
    checks = [_check(target) for target in targets]
    observations = observe_all(checks, {}, _no_secret, clock.now).observations
    return any(observation.reason in _ANSWERS for observation in observations)


def _check(target: str) -> Check:
    address, _, port = target.rpartition(":")
    return Check(f"reference.{target}", Kind.TCP, address.strip("[]"), int(port), REFERENCE_SECONDS)


def _no_secret(name: str) -> str:
    raise KeyError(name)
