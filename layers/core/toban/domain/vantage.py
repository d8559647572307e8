"""Is it us? Whether the failures that a prober saw may be its own blindness (architecture, rule
4).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from toban.domain.observation import EVIDENCE_LIMIT, Observation, Reason

SUSPICIOUS = frozenset({Reason.TIMEOUT, Reason.UNREACHABLE, Reason.DNS_ERROR, Reason.NO_REPLY})
"""Failures that look the same from a prober without a network.

A refusal, a reset or a wrong answer is an answer: it proves that the network carried it.
"""


def judge(
    observations: Sequence[Observation], references_answer: Callable[[], bool]
) -> tuple[Observation, ...]:
    """Return the observations, with every suspicious failure turned BLIND when no reference target
    answers.

    `references_answer` is asked at most once, and only when there is something to doubt.
    """
    doubtful = any(observation.reason in SUSPICIOUS for observation in observations)
    if not doubtful or references_answer():
        return tuple(observations)
    return tuple(_blinded(observation) for observation in observations)


def _blinded(observation: Observation) -> Observation:
    if observation.reason not in SUSPICIOUS:
        return observation
    evidence = (
        f"no reference target answers either; seen: {observation.reason}; {observation.evidence}"
    )
    return replace(observation, reason=Reason.BLIND, evidence=evidence[:EVIDENCE_LIMIT])
