"""Whether a repair worked, judged by the monitor itself and never by an exit status (clause
P-2).
"""

from dataclasses import dataclass
from enum import StrEnum

from toban.domain.observation import Status


class Verification(StrEnum):
    """Where the proof of a repair stands; UNPROVEN when we could not see whether it worked."""

    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Proof:
    """How many probes were made after the repair, how many of the latest in a row were good, and
    how many of all saw a failure: the others saw nothing.
    """

    tries: int = 0
    successes: int = 0
    failures: int = 0

    def after(self, status: Status) -> "Proof":
        """Return the proof with one more probe in it."""
        successes = self.successes + 1 if status is Status.UP else 0
        failures = self.failures + 1 if status is Status.DOWN else self.failures
        return Proof(self.tries + 1, successes, failures)


def judge_repair(proof: Proof, successes_wanted: int, tries_allowed: int) -> Verification:
    """Judge a repair; it fails as soon as the tries that are left cannot bring the successes
    wanted, but not for want of sight alone.
    """
    if proof.successes >= successes_wanted:
        return Verification.VERIFIED
    if proof.successes + tries_allowed - proof.tries < successes_wanted:
        return Verification.FAILED if proof.failures else Verification.UNPROVEN
    return Verification.PENDING
