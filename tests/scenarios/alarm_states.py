"""What CloudWatch would say of an alarm of the local stack, from what functions have measured.

CloudWatch evaluates as many of the last periods as the alarm names, a missing one as the alarm says
(user guide, "Alarm evaluation" and "Configuring how alarms treat missing data").
"""

import operator
from datetime import timedelta
from typing import Any

from infra.local.system import LocalSystem

_BREACHES = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}


def is_in_alarm(system: LocalSystem, name: str) -> bool:
    """Tell whether the alarm, named without its stack, is in ALARM now if it was not before."""
    alarm = _alarm(system, name)
    breaches = _BREACHES[alarm["ComparisonOperator"]]
    missing = alarm["TreatMissingData"] == "breaching"
    values = _values(system, alarm)
    return all(missing if each is None else breaches(each, alarm["Threshold"]) for each in values)


def _alarm(system: LocalSystem, name: str) -> dict[str, Any]:
    found = system.client("cloudwatch").describe_alarms(AlarmNames=[f"toban-{name}"])
    (alarm,) = found["MetricAlarms"]
    return dict(alarm)


def _values(system: LocalSystem, alarm: dict[str, Any]) -> list[float | None]:
    """Return the figure of each period that is looked at, None where nothing was measured."""
    now, period = system.clock.now(), timedelta(seconds=alarm["Period"])
    ends = [now - number * period for number in range(alarm["EvaluationPeriods"])]
    return [_value(system, alarm, end - period, end) for end in ends]


def _value(system: LocalSystem, alarm: dict[str, Any], start: Any, end: Any) -> float | None:
    found = system.client("cloudwatch").get_metric_statistics(
        Namespace=alarm["Namespace"],
        MetricName=alarm["MetricName"],
        Dimensions=alarm["Dimensions"],
        StartTime=start,
        EndTime=end,
        Period=alarm["Period"],
        Statistics=[alarm["Statistic"]],
    )["Datapoints"]
    return found[0][alarm["Statistic"]] if found else None
