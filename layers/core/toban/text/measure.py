"""What a monitor is called, what it saw and what it should see, in words."""

from toban.domain.check import (
    Check,
    HttpQuestion,
    Kind,
    ProcessQuestion,
    ResourceQuestion,
)
from toban.domain.contract import Monitor
from toban.domain.observation import Observation, Status
from toban.domain.own_check import AlertRule
from toban.domain.scale import Scale
from toban.text.plain import one_line
from toban.text.words import Words

NAME_LIMIT = 60


def item_name(monitor: Monitor, locale: str) -> str:
    """Return the item's name, with the mount point or interface where it has one."""
    name = one_line(monitor.name(locale), NAME_LIMIT)
    subject = one_line(monitor.check.resource.subject if monitor.check.resource else "", NAME_LIMIT)
    return f"{name} {subject}" if subject and subject not in name else name


def observed(words: Words, check: Check | None, observation: Observation) -> str:
    """Return the measured figure where there is one, otherwise the reason in words."""
    if check is not None and observation.value is not None:
        if check.resource is not None:
            return _amount(words, check.resource.scale, observation.value)
        if check.rule is not None:
            return f"{_plain(observation.value)}{_unit(words, check.rule)}"
        if check.kind is Kind.PROCESS and observation.status is not Status.UNKNOWN:
            return words.say("measure", "processes", count=f"{observation.value:.0f}")
    return words.of(observation.reason)


def expected(words: Words, check: Check | None) -> str:
    """Return the threshold; for a monitor without a figure, what counts as a good answer."""
    if check is None:
        return words.unknown
    if check.resource is not None:
        return _limit(words, check.resource)
    if check.rule is not None:
        return _good_answer(words, check.rule)
    if check.process is not None:
        return _process_count(words, check.process)
    if check.http is not None:
        return _http_answer(words, check.http)
    return words.say("measure", "connects" if check.kind is Kind.TCP else "answers")


def _good_answer(words: Words, rule: AlertRule) -> str:
    """Return what an answer must be, the opposite of the rule."""
    operand = one_line(rule.operand, NAME_LIMIT)
    return words.say("rule", rule.comparison, operand=operand, unit=_unit(words, rule))


def _unit(words: Words, rule: AlertRule) -> str:
    unit = one_line(rule.unit, NAME_LIMIT)
    return f" {unit}" if unit and (words.locale == "en" or unit.isascii()) else unit


def _plain(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _limit(words: Words, question: ResourceQuestion) -> str:
    if words.has("state", question.resource):
        return words.say("state", question.resource, threshold=f"{question.threshold:g}")
    match question.scale:
        case Scale.PER_CORE:
            return words.say("measure", "per_core", load=f"{question.threshold:.1f}")
        case Scale.COUNT:
            return f"{question.threshold:g}"
        case Scale.SECONDS:
            return words.say("measure", "seconds", count=f"{question.threshold:g}")
        case Scale.STATE:
            return words.say("measure", "in_order")
    return f"{question.threshold:g}%"


def _amount(words: Words, scale: Scale, value: float) -> str:
    match scale:
        case Scale.PER_CORE:
            return words.say("measure", "per_core", load=f"{value:.2f}")
        case Scale.COUNT:
            return f"{value:.0f}"
        case Scale.SECONDS:
            return words.say("measure", "seconds", count=f"{value:.0f}")
    return f"{value:.1f}%"


def _process_count(words: Words, question: ProcessQuestion) -> str:
    if question.maximum is None:
        return words.say("measure", "at_least", minimum=question.minimum)
    return words.say("measure", "between", minimum=question.minimum, maximum=question.maximum)


def _http_answer(words: Words, question: HttpQuestion) -> str:
    if question.any_status:
        return words.say("measure", "http_answers")
    if question.must_contain:
        return words.say("measure", "contains")
    if question.must_not_contain:
        return words.say("measure", "contains_not")
    lowest, highest = question.lowest_status, question.highest_status
    return words.say("measure", "status", lowest=lowest, highest=highest)
