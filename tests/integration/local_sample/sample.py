"""What the tests of the local system share: the sample system, and short ways to look into it."""

import json
from pathlib import Path
from typing import Any

from infra.local.stepped_clock import SteppedClock
from infra.local.system import ExecutionSummary, LocalSystem

TEMPLATE = Path(__file__).parent / "template.yaml"
_ROLE = "arn:aws:iam::123456789012:role/any"
LAMBDA = "arn:aws:states:::lambda:invoke"
TOKEN = f"{LAMBDA}.waitForTaskToken"


def sample(speed: float = 100.0, **wanted: Any) -> LocalSystem:
    """The sample system, on a free port, not started yet."""
    return LocalSystem(speed=speed, **{"template": TEMPLATE, "stack_name": "sample", **wanted})


def task(
    system: LocalSystem, function: str, payload: dict[str, Any], **state: Any
) -> dict[str, Any]:
    """A Task state that calls the function."""
    parameters = {"FunctionName": system.resource(function), "Payload": payload}
    return {"Type": "Task", "Resource": LAMBDA, "Parameters": parameters, "End": True, **state}


def token_task(system: LocalSystem, item: str, **state: Any) -> dict[str, Any]:
    """A Task state whose token is kept under the name `item`."""
    payload = {"item": item, "token.$": "$$.Task.Token"}
    return task(system, "HoldFunction", payload, Resource=TOKEN, **state)


def machine(system: LocalSystem, name: str, states: dict[str, Any], **fields: Any) -> str:
    """Create a machine that starts at its first state; returns its ARN."""
    definition = {"StartAt": next(iter(states)), "States": states, **fields}
    created = system.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=_ROLE
    )
    return str(created["stateMachineArn"])


def start(system: LocalSystem, arn: str, name: str, given: Any = None) -> str:
    """Start an execution; returns its ARN."""
    started = system.client("stepfunctions").start_execution(
        stateMachineArn=arn, name=name, input=json.dumps(given or {})
    )
    return str(started["executionArn"])


def ended(system: LocalSystem, arn: str) -> ExecutionSummary:
    """Wait for the end of an execution."""
    assert system.wait_until(lambda: found(system, arn).status != "RUNNING", _patience(system))
    return found(system, arn)


def _patience(system: LocalSystem) -> float:
    """A minute of ours, which no machine needs; a day where time stands still."""
    return 86_400 if isinstance(system.clock, SteppedClock) else 60 * system.clock.speed


def found(system: LocalSystem, arn: str) -> ExecutionSummary:
    return next(summary for summary in system.executions() if summary.arn == arn)


def run(
    system: LocalSystem, name: str, states: dict[str, Any], given: Any = None, **fields: Any
) -> ExecutionSummary:
    """Run a machine of these states to its end."""
    return ended(system, start(system, machine(system, name, states, **fields), name, given))


def tokens(system: LocalSystem, item: str, count: int = 1) -> list[str]:
    """Wait for as many tokens under the name `item`; the earliest first."""
    assert system.wait_until(lambda: len(_kept(system, item)) >= count, _patience(system))
    return _kept(system, item)


def _kept(system: LocalSystem, item: str) -> list[str]:
    rows = notes(system, f"token {item}")
    return [row["token"]["S"] for row in sorted(rows, key=lambda row: int(row["item"]["S"]))]


def notes(system: LocalSystem, note: str) -> list[dict[str, Any]]:
    """The items of the table under the note."""
    answer = system.client("dynamodb").query(
        TableName=system.resource("Storage.Notes"),
        KeyConditionExpression="note = :note",
        ExpressionAttributeValues={":note": {"S": note}},
    )
    return list(answer["Items"])
