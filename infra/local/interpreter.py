"""Repairs of moto's Step Functions interpreter, so that a machine behaves here as it does on AWS.

Each function below is one repair with its reason; `rule_time.py` beside it gives the interpreter
its clock.
"""

import functools
import threading
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import boto3
from jsonata import Jsonata  # type: ignore[import-untyped]
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (  # noqa: E501
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from infra.local import stopping
from infra.local.patches import Patches


def install(patches: Patches) -> None:
    """Repair everything about the interpreter except its clock and its task tokens."""
    _evaluate_variables(patches)
    _new_token_per_attempt(patches)
    _end_at_runtime_errors(patches)
    _keep_error_and_cause(patches)
    stopping.install(patches)
    _write_start_time_as_text(patches)
    _parse_once(patches)
    _one_client_per_service(patches)
    _start_once(patches)
    _running_from_the_start(patches)
    _read_history_backwards(patches)


def _evaluate_variables(patches: Patches) -> None:
    """JSONata and variables: moto's evaluator slot is empty (it expects LocalStack's JVM)."""
    patches.replace(jsonata, "_eval_jsonata", lambda expression: Jsonata(expression).evaluate(None))


def _new_token_per_attempt(patches: Patches) -> None:
    """A retried token task gets a new token: moto waits on the dead one and times out at once."""
    original: Any = ExecutionState._evaluate_with_timeout

    def evaluate(self: Any, env: Any) -> None:
        context = env.states.context_object
        retried = context.context_object_data["State"].get("RetryCount")
        if (
            retried
            and isinstance(self, StateTaskServiceCallback)
            and self.resource.condition is not None
        ):
            env.callback_pool_manager.add(context.update_task_token())
        original(self, env)

    patches.replace(ExecutionState, "_evaluate_with_timeout", evaluate)


def _end_at_runtime_errors(patches: Patches) -> None:
    """States.Runtime (a path that is not there) can be neither retried nor caught, not by
    States.ALL either.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """
    original_retry: Any = ExecutionState._handle_retry
    original_catch: Any = ExecutionState._handle_catch

    def handle_retry(self: Any, env: Any, failure_event: Any) -> Any:
        if _is_runtime_error(failure_event):
            return RetryOutcome.CannotRetry
        return original_retry(self, env, failure_event)

    def handle_catch(self: Any, env: Any, failure_event: Any) -> None:
        if _is_runtime_error(failure_event):
            env.stack.append(CatchOutcome.NotCaught)
        else:
            original_catch(self, env, failure_event)

    patches.replace(ExecutionState, "_handle_retry", handle_retry)
    patches.replace(ExecutionState, "_handle_catch", handle_catch)


def _is_runtime_error(failure_event: Any) -> bool:
    name = failure_event.error_name
    return name is not None and name.error_name == "States.Runtime"


def _keep_error_and_cause(patches: Patches) -> None:
    """SendTaskFailure: moto drops the cause."""

    def send_task_failure(self: Any) -> EmptyResult:
        error, cause = self._get_param("error"), self._get_param("cause")
        self.stepfunction_backend.send_task_failure(
            self._get_param("taskToken"), error=error, cause=cause
        )
        return EmptyResult()

    patches.replace(StepFunctionResponse, "send_task_failure", send_task_failure)


def _write_start_time_as_text(patches: Patches) -> None:
    """`$$.Execution.StartTime` is a datetime in moto, which DescribeExecution cannot write; AWS
    gives text.
    """
    original: Any = Execution.get_start_execution_details

    def details(self: Any) -> Any:
        made = original(self)
        made.start_time = self.start_date.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return made

    patches.replace(Execution, "get_start_execution_details", details)


def _parse_once(patches: Patches) -> None:
    """ANTLR in Python takes 200 ms for 30 states at each start; components hold no state, so that
    all systems of a process share them.
    """
    patches.replace(AmazonStateLanguageParser, "parse", staticmethod(_parsed))


_parse: Any = AmazonStateLanguageParser.parse


@functools.lru_cache(256)
def _parsed(definition: str) -> Any:
    return _parse(definition)


def _one_client_per_service(patches: Patches) -> None:
    """A client per task costs 25 to 40 ms of CPU."""
    clients: dict[tuple[str, str, str | None], Any] = {}
    lock = threading.Lock()

    def client(**wanted: Any) -> Any:
        key = (wanted["service_name"], wanted["region_name"], wanted.get("endpoint_url"))
        with lock:
            if key not in clients:
                clients[key] = boto3.session.Session().client(**wanted)
            return clients[key]

    patches.replace(boto_client, "boto3", SimpleNamespace(client=client))


def _start_once(patches: Patches) -> None:
    """StartExecution: two threads can start one name twice in moto; a name is not checked, none is
    "None".
    """
    original: Any = StepFunctionsParserBackend.start_execution
    lock = threading.Lock()

    def start(self: Any, arn: str, name: str | None = None, *rest: Any, **named: Any) -> Any:
        chosen = name or str(uuid4())
        self._validate_name(chosen)
        with lock:
            return original(self, arn, chosen, *rest, **named)

    patches.replace(StepFunctionsParserBackend, "start_execution", start)


def _running_from_the_start(patches: Patches) -> None:
    """An execution that is just starting has neither status nor history in moto: asking fails."""
    original: Any = Execution.__init__
    original_history: Any = Execution.to_history_output

    def init(self: Any, *given: Any, **named: Any) -> None:
        original(self, *given, **named)
        self.exec_status = ExecutionStatus.RUNNING

    def to_history_output(self: Any) -> Any:
        return original_history(self) if self.exec_worker else {"events": []}

    patches.replace(Execution, "__init__", init)
    patches.replace(Execution, "to_history_output", to_history_output)


def _read_history_backwards(patches: Patches) -> None:
    """GetExecutionHistory: moto ignores reverseOrder."""
    original: Any = StepFunctionResponse.get_execution_history

    def get_execution_history(self: Any) -> ActionResult:
        history: Any = original(self).result
        step = -1 if self._get_param("reverseOrder") else 1
        return ActionResult({"events": history["events"][::step]})

    patches.replace(StepFunctionResponse, "get_execution_history", get_execution_history)
