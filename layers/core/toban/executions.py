"""Starting executions and completing their tasks, each as often as you like with the effect of
once.
"""

from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from toban.clients import client, waiting_client
from toban.observability import logger

_GONE = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}


class FunctionFailedError(Exception):
    """A function that was asked has ended with an error, or could not be asked, as where too many
    run at once; `str()` names it and the kind of error.
    """


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


def ask_function(function: str, document: object, seconds: int) -> Any:
    """Hand the event to a function, once, and return its answer; raises FunctionFailedError."""
    body = msgspec.json.encode(document)
    try:
        asked = waiting_client("lambda", seconds).invoke(FunctionName=function, Payload=body)
    except (ClientError, BotoCoreError) as error:
        raise FunctionFailedError(f"{function}: {type(error).__name__}") from error
    answer = msgspec.json.decode(asked["Payload"].read())
    if "FunctionError" in asked:
        raise FunctionFailedError(f"{function}: {answer.get('errorType', 'no answer')}")
    return answer
