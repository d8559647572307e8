"""Which metrics there are: those of AWS that alarms and the dashboard use, and our own."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.template.documents import ROOT, functions, machines, read, resources, root
from toban.observability import NAMESPACE

MOST_OF_OUR_OWN = 25

Published = dict[str, tuple[set[str], ...]]

_LAMBDA: Published = {
    **dict.fromkeys(("Invocations", "Errors", "Throttles", "Duration"), ({"FunctionName"}, set())),
    "ConcurrentExecutions": (set(),),
    "DestinationDeliveryFailures": (set(),),
}
_STATES: Published = dict.fromkeys(
    (
        *("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut"),
        *("ExecutionsAborted", "ExecutionThrottled"),
    ),
    ({"StateMachineArn"},),
)
_SCHEDULER: Published = dict.fromkeys(
    (
        *("InvocationAttemptCount", "InvocationDroppedCount", "TargetErrorCount"),
        "InvocationsFailedToBeSentToDeadLetterCount",
    ),
    ({"ScheduleGroup"},),
)
_SES: Published = dict.fromkeys(
    (
        *("Send", "Delivery", "Bounce", "Complaint", "Reject"),
        *("Reputation.BounceRate", "Reputation.ComplaintRate"),
    ),
    (set(),),
)
_SQS: Published = dict.fromkeys(
    ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"), ({"QueueName"},)
)
_DYNAMODB: Published = dict.fromkeys(
    (
        *("ReadThrottleEvents", "WriteThrottleEvents"),
        *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
    ),
    ({"TableName"},),
)
OF_AWS: dict[str, Published] = {
    "AWS/Lambda": _LAMBDA,
    "AWS/States": _STATES,
    "AWS/Scheduler": _SCHEDULER,
    "AWS/SES": _SES,
    "AWS/SQS": _SQS,
    "AWS/DynamoDB": _DYNAMODB,
    "AWS/NATGateway": dict.fromkeys(
        ("ErrorPortAllocation", "ActiveConnectionCount", "BytesOutToDestination"),
        ({"NatGatewayId"},),
    ),
    "AWS/AutoScaling": {"GroupInServiceInstances": ({"AutoScalingGroupName"},)},
}
"""By namespace and metric, the sets of dimensions under which the service publishes it.

Sources: the guides' pages on metrics of Lambda, Step Functions, EventBridge Scheduler, SES, SQS,
DynamoDB, NAT gateways and EC2 Auto Scaling.
"""


@cache
def of_our_own() -> frozenset[str]:
    """Return every name that production code measures."""
    paths = [
        path for folder in ("functions", "layers/core") for path in (ROOT / folder).rglob("*.py")
    ]
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return frozenset(name for text in texts if "measure(" in text for name in measured_in(text))


def measured_in(source: str) -> Iterator[str]:
    """Yield the names of a module's figures; they are keywords, so that they can be read here."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "measure":
            yield from (str(each.arg) for each in node.keywords)


def is_published(namespace: str, metric: str, dimensions: set[str]) -> bool:
    """Tell whether somebody publishes the metric under exactly these dimensions."""
    if namespace == NAMESPACE:
        return metric in of_our_own() and dimensions == {"service"}
    return dimensions in OF_AWS.get(namespace, {}).get(metric, ())


def exists(dimension: str, value: str) -> bool:
    """Tell whether the stack named ${Name} has what the dimension's value names."""
    return re.sub(r"^\S*(stateMachine:|\$\{Machine\})", "", value.replace("${Name}", "")) in {
        "FunctionName": _suffixes(each["FunctionName"] for each in functions().values()),
        "StateMachineArn": _suffixes(each["Name"] for each in machines().values()),
        "QueueName": _suffixes([resources(root(), "AWS::SQS::Queue")["Undelivered"]["QueueName"]]),
        "TableName": _suffixes(each["TableName"] for each in _tables()),
        "ScheduleGroup": {""},
        "service": {""},
        "NatGatewayId": _references("AWS::EC2::NatGateway"),
        "AutoScalingGroupName": _references("AWS::AutoScaling::AutoScalingGroup"),
    }.get(dimension, set())


def _tables() -> list[dict[str, dict[str, str]]]:
    return list(resources(read("infra/storage.yaml"), "AWS::DynamoDB::Table").values())


def _references(kind: str) -> set[str]:
    return {f"${{{name}}}" for name in resources(read("infra/network.yaml"), kind)}


def _suffixes(names: object) -> set[str]:
    return {re.sub(r"^\$\{\S+?\}", "", each["Fn::Sub"]) for each in names}  # type: ignore[attr-defined]
