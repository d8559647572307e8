"""Judging a measured percentage."""

from probe.probers.result import ProbeResult
from toban.domain.check import ResourceQuestion
from toban.domain.observation import Reason


def judged(question: ResourceQuestion, value: float, words: str) -> ProbeResult:
    """Return OVER_THRESHOLD from the threshold on (recovery is below it, catalogue 2.4), else
    OK.
    """
    over = value >= question.threshold
    reason = Reason.OVER_THRESHOLD if over else Reason.OK
    return ProbeResult(reason, f"{words}; alert at {question.threshold:g} %", value)
