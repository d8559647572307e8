"""Whether a repair worked, judged by the monitor itself and never by an exit status (clause
P-2).
"""

from dataclasses import dataclass
from enum import StrEnum

from toban.domain.observation import Status


class Verification(StrEnum):
    """Where the proof of a repair stands."""

    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Proof:
    """How many probes were made after the repair and how many of the latest in a row were good."""

    tries: int = 0
    successes: int = 0

    def after(self, status: Status) -> "Proof":
        """Return the proof with one more probe in it."""
        return Proof(self.tries + 1, self.successes + 1 if status is Status.UP else 0)


def judge_repair(proof: Proof, successes_wanted: int, tries_allowed: int) -> Verification:
    """Judge a repair; it fails as soon as the tries that are left cannot bring the successes
    wanted.
    """
    if proof.successes >= successes_wanted:
        return Verification.VERIFIED
    if proof.successes + tries_allowed - proof.tries < successes_wanted:
        return Verification.FAILED
    return Verification.PENDING
