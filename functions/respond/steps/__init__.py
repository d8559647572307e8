"""What the words of catalogue/runbooks.yaml do: one function each, grouped by what they look at.

A step notes what it saw on the course; it goes on by returning, and stops the runbook by raising
HeldBackError (through Course.heed) or ShellError.
"""

from collections.abc import Callable, Mapping

from respond.course import Course
from respond.steps import entry, surroundings, unit
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
}
