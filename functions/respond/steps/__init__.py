"""What the words of catalogue/runbooks.yaml do: one function each, grouped by what they look at.

A step notes what it saw on the course; it goes on by returning, and stops the runbook by raising
HeldBackError (through Course.heed) or ShellError.
"""

from collections.abc import Callable, Mapping

from respond.course import Course
from respond.steps import (
    cache,
    certificate,
    database,
    disk,
    entry,
    outside,
    page,
    surroundings,
    unit,
)
from toban.domain.repair import StepName

Step = Callable[[Course], None]

STEPS: Mapping[StepName, Step] = {
    StepName.LOG_IN: entry.log_in,
    StepName.PICK_UNIT: unit.pick_unit,
    StepName.READ_STATE: unit.read_state,
    StepName.PROBE_LOCALLY: unit.probe_locally,
    StepName.CHECK_SPACE: surroundings.check_space,
    StepName.CHECK_PEOPLE: surroundings.check_people,
    StepName.CHECK_CLUSTER: surroundings.check_cluster,
    StepName.TEST_CONFIG: unit.test_config,
    StepName.SAVE_EVIDENCE: unit.save_evidence,
    StepName.RESTART: unit.restart,
    StepName.CONFIRM_ACTIVE: unit.confirm_active,
    StepName.LOOK_OUTSIDE: outside.look_outside,
    StepName.JUDGE_REACH: outside.judge_reach,
    StepName.ENTER_ELSEWHERE: entry.enter_elsewhere,
    StepName.CONFIRM_LOGIN: entry.confirm_login,
    StepName.COUNT_CONNECTIONS: database.count_connections,
    StepName.READ_ROLE: database.read_role,
    StepName.READ_DAMAGE: database.read_damage,
    StepName.AWAIT_RECOVERY: database.await_recovery,
    StepName.READ_LOG: database.read_log,
    StepName.ASK_CACHE: cache.ask_cache,
    StepName.CHECK_PERSISTENCE: cache.check_persistence,
    StepName.ASK_PAGE: page.ask_page,
    StepName.REPAIR_UPSTREAM: page.repair_upstream,
    StepName.FIND_CERTIFICATE: certificate.find_certificate,
    StepName.FIND_RENEWAL: certificate.find_renewal,
    StepName.COMPARE_CERTIFICATES: certificate.compare_certificates,
    StepName.RELOAD: certificate.reload,
    StepName.LOOK_AT_DISK: disk.look_at_disk,
    StepName.CLEAN: disk.clean,
}
