"""The way in."""

from respond.course import Course
from toban.domain.repair import StepName


def log_in(course: Course) -> None:
    """Enter the server by the registered way (guard g5)."""
    course.note(StepName.LOG_IN, True, course.enter(course.server).greeting)
