"""What must be right around a unit before it is touched: space, nobody at work, no cluster."""

from respond import guards
from respond.course import Course
from toban.domain.repair import StepName


def check_space(course: Course) -> None:
    """Hold back on a file system without room: every start would fail (5.1 step 4)."""
    course.heed(StepName.CHECK_SPACE, guards.space(course.shell, course.target))


def check_people(course: Course) -> None:
    """Hold back while somebody works on the server (guard g7)."""
    course.heed(StepName.CHECK_PEOPLE, guards.people(course.shell))


def check_cluster(course: Course) -> None:
    """Leave what a cluster manager or a container engine owns to them (guard g8)."""
    course.heed(StepName.CHECK_CLUSTER, guards.cluster(course.shell, course.target))
