"""What can be told without entering the server (catalogue 5.2 and 5.3)."""

from respond import outside
from respond.course import Course
from respond.guards import GuardAnswer
from respond.outside import Reply
from toban.domain.repair import HoldReason, StepName


def look_outside(course: Course) -> None:
    """Knock at the server's ports: is all of it gone, or one service?"""
    course.outside = outside.look(course.server)
    course.note(StepName.LOOK_OUTSIDE, True, _told(course))


def judge_reach(course: Course) -> None:
    """Say whether the host is down. There is no hook to reset its power, so people are called."""
    answering = [knock for knock in course.outside if knock.reply is not Reply.SILENT]
    hold = HoldReason.ANSWERS_ELSEWHERE if answering else HoldReason.HOST_SILENT
    words = f"{len(answering)} of {len(course.outside)} ports answer"
    course.heed(StepName.JUDGE_REACH, GuardAnswer(hold, words))


def _told(course: Course) -> str:
    """Tell what answers first: the words of a step are cut at their end."""
    by_reply = sorted(course.outside, key=lambda knock: list(Reply).index(knock.reply))
    return "\n".join(str(knock) for knock in by_reply)
