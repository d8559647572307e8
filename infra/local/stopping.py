"""StopExecution: one repair of moto's interpreter, and what ends the executions of a system."""

import time
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.responses import StepFunctionResponse

from infra.local.patches import Patches
from toban.clock import now

_STARTS_WITHIN_S, _LOOK_S = 5.0, 0.005


def install(patches: Patches) -> None:
    """StopExecution: moto drops error and cause, and an execution that waits for a token runs on
    for ever.
    """

    def stop(self: Any) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        if execution.status == "RUNNING":
            stop_execution(execution, self._get_param("error"), self._get_param("cause"))
        return ActionResult({"stopDate": execution.stop_date or now()})

    patches.replace(StepFunctionResponse, "stop_execution", stop)

    original: Any = Environment.set_error

    def set_error(self: Any, error: Any) -> None:
        # the interrupted token raises in the stopped execution: stopped it stays
        if not isinstance(self._program_state, ProgramStopped):
            original(self, error)

    patches.replace(Environment, "set_error", set_error)


def stop_execution(execution: Any, error: str | None = None, cause: str | None = None) -> None:
    """End a running execution as StopExecution does, with everything that it waits for."""
    env = _environment(execution)
    if env is None:
        return
    execution.error, execution.cause = error, cause
    env.set_stop(stop_date=now(), error=error, cause=cause)
    for endpoint in list(env.callback_pool_manager._pool.values()):
        endpoint.interrupt_all()


def _environment(execution: Any) -> Any:
    """Return the environment of a running execution, None when it has ended meanwhile.

    One that is just starting has none yet, and could not be stopped.
    """
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while execution.status == "RUNNING" and time.monotonic() < deadline:
        env = execution.exec_worker.env if execution.exec_worker else None
        if getattr(env, "_program_state", None) is not None:
            return env
        time.sleep(_LOOK_S)
    return None
