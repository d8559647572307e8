"""What a runbook did on a server, step by step, in words that a record and a mail can both use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RepairOutcome(StrEnum):
    """How the work on the server ended; only the monitor says afterwards whether it helped
    (P-2).
    """

    ACTED = "acted"
    COMMAND_FAILED = "command_failed"
    HELD_BACK = "held_back"


class HoldReason(StrEnum):
    """Why nothing was changed on the server: guards of the runbook, or rails before it."""

    NONE = "none"
    NO_RUNBOOK = "no_runbook"
    NO_ACCESS = "no_access"
    LOGIN_FAILED = "login_failed"
    HOST_KEY_CHANGED = "host_key_changed"
    UNSUPPORTED_SYSTEM = "unsupported_system"
    UNIT_NOT_FOUND = "unit_not_found"
    UNIT_MASKED = "unit_masked"
    UNIT_DISABLED = "unit_disabled"
    ANSWERS_LOCALLY = "answers_locally"
    DISK_FULL = "disk_full"
    CONFIG_ERROR = "config_error"
    SOMEBODY_WORKS = "somebody_works"
    CLUSTER_OWNS_UNIT = "cluster_owns_unit"
    RESTARTED_RECENTLY = "restarted_recently"
    NO_PRIVILEGE = "no_privilege"
    INTERRUPTED = "interrupted"
    KILL_SWITCH = "kill_switch"
    IN_MAINTENANCE = "in_maintenance"
    STORM = "storm"
    DISARMED = "disarmed"
    LIMIT_REACHED = "limit_reached"
    COUNTERS_UNREACHABLE = "counters_unreachable"
    NOT_APPROVED = "not_approved"
    DRY_RUN = "dry_run"
    TURN_LOST = "turn_lost"


class StepName(StrEnum):
    """The steps of the runbooks (catalogue 5), as catalogue/runbooks.yaml names them."""

    LOG_IN = "log_in"
    PICK_UNIT = "pick_unit"
    READ_STATE = "read_state"
    PROBE_LOCALLY = "probe_locally"
    CHECK_SPACE = "check_space"
    CHECK_PEOPLE = "check_people"
    CHECK_CLUSTER = "check_cluster"
    TEST_CONFIG = "test_config"
    SAVE_EVIDENCE = "save_evidence"
    START = "start"
    RESTART = "restart"
    CONFIRM_ACTIVE = "confirm_active"


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step: `passed` tells whether the runbook could go on, `detail` is the server's own words,
    redacted.
    """

    name: StepName
    at: datetime
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RepairReport:
    """The whole attempt. `changed` tells whether anything on the server was touched."""

    monitor_id: str
    unit: str
    outcome: RepairOutcome
    started_at: datetime
    hold: HoldReason = HoldReason.NONE
    changed: bool = False
    steps: tuple[StepReport, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The output of one diagnostic command, capped and redacted; `exit_status` is None when it was
    cut off.
    """

    name: str
    command: str
    output: str
    exit_status: int | None
    truncated: bool = False


SKIPPED = "skipped"
"""Name of the finding that lists, a line each, the diagnostics there was no time for."""


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What could be collected on the server (N-4 step 5); `failure` is "" or why the server was not
    entered.
    """

    started_at: datetime
    finished_at: datetime
    findings: tuple[Finding, ...] = ()
    failure: str = ""
    host_key_changed: bool = False
