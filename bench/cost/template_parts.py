"""What the template makes and AWS charges by the month, and what its schedules start."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.cost.usage import Usage
from infra.local.cron import Expression, parse
from infra.local.stack import Template, read
from infra.local.system import TEMPLATE

_FROM = datetime(2026, 11, 1, tzinfo=UTC) - timedelta(seconds=1)
_DAYS, _HOURLY = 30, 24
MONTH_HOURS = 730
_BY_TYPE = {
    "AWS::CloudWatch::Dashboard": "dashboards",
    "AWS::KMS::Key": "kms_keys",
    "AWS::SecretsManager::Secret": "secrets",
}
OWN_METRICS = 8
"""Names that `toban.observability.measure` is given: lines of the log make them, no resource."""


@dataclass(frozen=True, slots=True)
class TemplateParts:
    """Of functions by their names without the stack's: `memory` in MB, `modules` with the handlers,
    `networked` those that may stand in the network. `schedules`: how often each fires in a month of
    730 hours.
    """

    memory: dict[str, int]
    modules: dict[str, str]
    networked: set[str]
    schedules: dict[str, float]
    monthly: Usage


def template_parts(path: Path = TEMPLATE) -> TemplateParts:
    """Read the template and those that it nests."""
    source = read(path)
    parts = TemplateParts({}, {}, set(), {}, Usage())
    documents = [source.document, *(read(each).document for each in source.nested.values())]
    for document in documents:
        for logical_id, resource in document["Resources"].items():
            _note(parts, logical_id, resource["Type"], resource.get("Properties", {}))
    parts.monthly.count("custom_metrics", OWN_METRICS)
    return parts


def _note(parts: TemplateParts, logical_id: str, kind: str, properties: Template) -> None:
    if kind == "AWS::Lambda::Function":
        name = _name(properties["FunctionName"])
        parts.memory[name] = int(properties["MemorySize"])
        if "VpcConfig" in properties:
            parts.networked.add(name)
        parts.modules[name] = str(properties["Handler"]).rpartition(".")[0]
    elif kind == "AWS::Scheduler::Schedule":
        parts.schedules[logical_id] = _fired(properties)
    elif kind == "AWS::CloudWatch::Alarm":
        parts.monthly.count("alarm_metrics", _alarm_metrics(properties))
    elif kind == "AWS::CloudWatch::CompositeAlarm":
        parts.monthly.count("composite_alarms")
    elif kind in _BY_TYPE:
        parts.monthly.count(_BY_TYPE[kind])


def _name(function: Any) -> str:
    text = str(function["Fn::Sub"] if isinstance(function, dict) else function)
    return text.replace("${AWS::StackName}-", "")


def _alarm_metrics(properties: Template) -> int:
    """An alarm costs by the metrics that it looks at, those of an expression too."""
    listed = properties.get("Metrics", ())
    return sum("MetricStat" in each for each in listed) or 1


def _fired(properties: Template) -> float:
    """Return how often the schedule fires in a month of 730 hours."""
    expression = parse(
        properties["ScheduleExpression"], properties.get("ScheduleExpressionTimezone", "UTC"), _FROM
    )
    in_a_day = _slots(expression, 1)
    if in_a_day >= _HOURLY:
        return in_a_day * MONTH_HOURS / 24
    return _slots(expression, _DAYS) * MONTH_HOURS / (24 * _DAYS)


def _slots(expression: Expression, days: int) -> int:
    moment, end, fired = _FROM, _FROM + timedelta(days=days), 0
    while (due := expression.next_after(moment)) and due <= end:
        moment, fired = due, fired + 1
    return fired
