"""What one probe of one monitor saw."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

EVIDENCE_LIMIT = 500
"""Characters of evidence kept with an observation; more would bloat states, mails and records."""


class Status(StrEnum):
    """The only three things a probe can say."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why an observation came out as it did; each reason has exactly one status."""

    OK = "ok"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    RESET = "reset"
    UNREACHABLE = "unreachable"
    DNS_ERROR = "dns_error"
    TLS_ERROR = "tls_error"
    BAD_STATUS = "bad_status"
    BAD_ANSWER = "bad_answer"
    CONTENT_MISSING = "content_missing"
    CONTENT_FORBIDDEN = "content_forbidden"
    OVER_THRESHOLD = "over_threshold"
    READ_ONLY = "read_only"
    REBOOTED = "rebooted"
    BAD_STATE = "bad_state"
    NO_PROCESS = "no_process"
    TOO_MANY_PROCESSES = "too_many_processes"
    NO_REPLY = "no_reply"
    AGENT_SILENT = "agent_silent"
    AGENT_REFUSED = "agent_refused"
    NOT_MEASURED = "not_measured"
    RESOLVER_FAILED = "resolver_failed"
    NO_DESCRIPTORS = "no_descriptors"
    NO_ROUTE = "no_route"
    BLIND = "blind"
    SECRET_UNUSABLE = "secret_unusable"  # noqa: S105 - a reason, not a secret
    PROBER_FAULT = "prober_fault"
    NOT_WATCHED = "not_watched"


UNKNOWN_REASONS = frozenset(
    {
        Reason.AGENT_SILENT,
        Reason.AGENT_REFUSED,
        Reason.NOT_MEASURED,
        Reason.RESOLVER_FAILED,
        Reason.NO_DESCRIPTORS,
        Reason.NO_ROUTE,
        Reason.BLIND,
        Reason.SECRET_UNUSABLE,
        Reason.PROBER_FAULT,
        Reason.NOT_WATCHED,
    }
)
"""Faults of our own side, or nothing to judge by: never a failure of the customer's server."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One probe result of the monitor `monitor_id`.

    `observed_at` is aware UTC, when the answer (or its absence) was certain. `value` is the
    measured number of a resource, state or process monitor (on its scale), for a
    certificate the days since its end (negative before it), else None.
    `evidence` is what was seen in the server's or the system's own words, at most EVIDENCE_LIMIT
    characters, safe to store.
    """

    monitor_id: str
    reason: Reason
    observed_at: datetime
    value: float | None = None
    evidence: str = ""

    @property
    def status(self) -> Status:
        """Follow from the reason alone."""
        if self.reason is Reason.OK:
            return Status.UP
        return Status.UNKNOWN if self.reason in UNKNOWN_REASONS else Status.DOWN
