"""Every duration and count of the rules, as data that travels in the execution input.

Durations are whole seconds of rule time: Step Functions waits take integers only.
"""

from dataclasses import dataclass, field

from toban.domain.check import Check, Kind
from toban.domain.rails import Rails


@dataclass(frozen=True, slots=True)
class Profile:
    """One of the two timings that checks follow (spec 2.1-1-1 2. B)."""

    interval_seconds: int
    recheck_interval_seconds: int
    strikes_to_confirm: int
    duplicate_wait_seconds: int


PORT_PROCESS = Profile(
    interval_seconds=180,
    recheck_interval_seconds=60,
    strikes_to_confirm=3,
    duplicate_wait_seconds=30,
)
RESOURCE = Profile(
    interval_seconds=300,
    recheck_interval_seconds=60,
    strikes_to_confirm=1,
    duplicate_wait_seconds=0,
)


_MEASURED = frozenset({Kind.RESOURCE, Kind.CERTIFICATE, Kind.OID, Kind.COMMAND})
"""Kinds whose figure is true at once: nothing is gained by asking three times (decision 0025). A
customer's own rule may want to be confirmed as a port is (decision 0093).
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """The provider's rules. The defaults are the specification's figures or, where it is silent,
    the catalogue's.

    A call may ring for `ring_seconds` (10 rings of 3 s, P-5) after the `answer_grace_seconds` that
    the network needs to set it up, and last `talk_seconds`; it is looked at every
    `call_look_seconds`. The telephone starts at the latest `call_cap_seconds` after the repair has
    begun. `tell_customers_of_access` says whether customers are mailed, too, when the daily check
    finds a fault of theirs (C-8).
    """

    port_process: Profile = field(default=PORT_PROCESS)
    resource: Profile = field(default=RESOURCE)
    collect_cap_seconds: int = 60
    verify_interval_seconds: int = 10
    verify_successes: int = 3
    verify_tries: int = 6
    turn_seconds: int = 900
    recovery_wait_seconds: int = 86_400
    late_probe_seconds: int = 60
    restart_cooldown_seconds: int = 3_600
    ring_seconds: int = 30
    answer_grace_seconds: int = 5
    talk_seconds: int = 120
    call_look_seconds: int = 5
    call_cap_seconds: int = 600
    concurrent_calls: int = 8
    chain_seconds: int = 7_200
    progress_seconds: int = 3_600
    tell_customers_of_access: bool = False
    rails: Rails = field(default=Rails())

    def profile(self, check: Check) -> Profile:
        """Return the timing that the check follows."""
        confirm = check.rule is not None and check.rule.confirm
        return self.resource if check.kind in _MEASURED and not confirm else self.port_process


def detection_seconds(profile: Profile, collect_seconds: int) -> tuple[int, int]:
    """Return the least and the most seconds from a failure to its alert mail (N-6).

    The least is for a failure right before a check of a server that answers at once, the most for
    one right after a check, with all the time that looking at the server may take.
    """
    confirming = (profile.strikes_to_confirm - 1) * profile.recheck_interval_seconds
    least = confirming + profile.duplicate_wait_seconds
    return least, profile.interval_seconds + least + collect_seconds
