"""Starting executions and completing their tasks, each as often as you like with the effect of
once.
"""

import msgspec
from botocore.exceptions import ClientError

from toban.clients import client
from toban.observability import logger

_GONE = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}


def start(machine: str, name: str, document: object) -> bool:
    """Start the execution `name`; False when it has been started before (its name is its identity).

    Source: Step Functions StartExecution, idempotent by name for 90 days.
    """
    body = msgspec.json.encode(document).decode()
    try:
        client("stepfunctions").start_execution(stateMachineArn=machine, name=name, input=body)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise
        return False
    return True


def complete(token: str, output: object) -> bool:
    """Complete the task that waits with this token; False when it waits no longer."""
    body = msgspec.json.encode(output).decode()
    try:
        client("stepfunctions").send_task_success(taskToken=token, output=body)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        logger.info("task no longer waits", extra={"reason": error.response["Error"]["Code"]})
        return False
    return True


def invoke_later(function: str, document: object) -> None:
    """Hand the event to a function and do not wait; Lambda repeats it when the function fails."""
    body = msgspec.json.encode(document)
    client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=body)
