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
    HOST_UNREACHABLE = "host_unreachable"
    STORM = "storm"
    DISARMED = "disarmed"
    LIMIT_REACHED = "limit_reached"
    COUNTERS_UNREACHABLE = "counters_unreachable"
    NOT_APPROVED = "not_approved"
    DRY_RUN = "dry_run"
    TURN_LOST = "turn_lost"
    ANSWERS_ELSEWHERE = "answers_elsewhere"
    HOST_SILENT = "host_silent"
    RECOVERED = "recovered"
    RECOVERING = "recovering"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    DATA_DAMAGED = "data_damaged"
    REFUSES_WRITES = "refuses_writes"
    STILL_LOADING = "still_loading"
    WOULD_LOSE_DATA = "would_lose_data"
    CONTENT_FAULT = "content_fault"
    CERTIFICATE_NOT_FOUND = "certificate_not_found"
    NOT_RENEWED = "not_renewed"
    NOTHING_TO_CLEAN = "nothing_to_clean"
    LINTER_REFUSED = "linter_refused"
    STEP_FAILED = "step_failed"


class StepName(StrEnum):
    """The steps of the runbooks (catalogue 5), as catalogue/runbooks.yaml names them."""

    LOG_IN = "log_in"
    LOOK_OUTSIDE = "look_outside"
    JUDGE_REACH = "judge_reach"
    ENTER_ELSEWHERE = "enter_elsewhere"
    PICK_UNIT = "pick_unit"
    READ_STATE = "read_state"
    PROBE_LOCALLY = "probe_locally"
    COUNT_CONNECTIONS = "count_connections"
    READ_ROLE = "read_role"
    READ_DAMAGE = "read_damage"
    AWAIT_RECOVERY = "await_recovery"
    ASK_CACHE = "ask_cache"
    CHECK_PERSISTENCE = "check_persistence"
    ASK_PAGE = "ask_page"
    LOOK_AT_DISK = "look_at_disk"
    CHECK_SPACE = "check_space"
    CHECK_PEOPLE = "check_people"
    CHECK_CLUSTER = "check_cluster"
    TEST_CONFIG = "test_config"
    SAVE_EVIDENCE = "save_evidence"
    REPAIR_UPSTREAM = "repair_upstream"
    FIND_CERTIFICATE = "find_certificate"
    FIND_RENEWAL = "find_renewal"
    COMPARE_CERTIFICATES = "compare_certificates"
    START = "start"
    RESTART = "restart"
    RELOAD = "reload"
    CLEAN = "clean"
    CONFIRM_ACTIVE = "confirm_active"
    CONFIRM_LOGIN = "confirm_login"
    READ_LOG = "read_log"
    OWN_READ = "own_read"
    OWN_CHANGE = "own_change"
    OWN_VERIFY = "own_verify"
    OWN_UNDO = "own_undo"
    ROLL_BACK = "roll_back"


CHANGES = (
    StepName.START, StepName.RESTART, StepName.RELOAD, StepName.CLEAN, StepName.OWN_CHANGE
)  # fmt: skip
"""The steps that change something on a server; no other ever does."""


TELLING = frozenset(
    {
        StepName.LOOK_OUTSIDE,
        StepName.READ_ROLE,
        StepName.LOOK_AT_DISK,
        StepName.ASK_PAGE,
        StepName.FIND_RENEWAL,
        StepName.COMPARE_CERTIFICATES,
        StepName.CLEAN,
    }
)
"""The steps whose words people need whole, also when all went well."""


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

    @property
    def untouched(self) -> bool:
        """Whether it is certain that nothing was changed: what was cut off may have been done."""
        return not self.changed and self.hold is not HoldReason.INTERRUPTED

    @property
    def last_change(self) -> StepName | None:
        """The last change that was made, None when nothing was."""
        made = [step.name for step in self.steps if step.name in CHANGES]
        return made[-1] if made and self.changed else None


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
    entered, `failing_since` when the daily check first could not enter it either (C-8).
    """

    started_at: datetime
    finished_at: datetime
    findings: tuple[Finding, ...] = ()
    failure: str = ""
    host_key_changed: bool = False
    failing_since: datetime | None = None
