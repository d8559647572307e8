"""The interpreter's clock: every wait that a machine's definition asks for, in rule time.

Divided by the speed: Wait states, timeouts and heartbeats of token tasks, the machine's own timeout
and the back-off of a Retry. Not divided: the timeout of an ordinary task, for it bounds real work.
The dates of executions and of their histories are rule time too.
"""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.timeouts.heartbeat import Heartbeat
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import Timeout
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import job
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (  # noqa: E501
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.backend import execution
from moto.stepfunctions.parser.utils import TMP_THREADS

from infra.local.clock import RuleClock, isoformat
from infra.local.patches import Patches

# The task of a token must end by its own wait, which closes the token; the frame around it only
# looks on.
_TOKEN_SLACK_S = 5.0


def install(patches: Patches, clock: RuleClock, stopping: threading.Event) -> None:
    """Give the interpreter the clock; `stopping` ends every back-off."""
    _scale_waits(patches, clock)
    _scale_timeouts(patches, clock)
    _scale_machine_timeout(patches, clock)
    _scale_back_off(patches, clock, stopping)
    _tell_of_waits_for_threads(patches, clock)
    _date_by_rule_time(patches, clock)


def _scale_waits(patches: Patches, clock: RuleClock) -> None:
    def wait(self: Any, env: Any, wait_seconds: float) -> None:
        end = clock.now() + timedelta(seconds=wait_seconds)
        clock.wait_until(end, env.program_state_event, lambda: not env.is_running())

    patches.replace(WaitFunction, "_wait_interval", wait)


def _scale_timeouts(patches: Patches, clock: RuleClock) -> None:
    """Tell a token task's timeout (rule time) from an ordinary task's (real time) when it is
    parsed.
    """
    original_props: Any = StateTask.from_state_props
    original_pattern: Any = StateTaskServiceCallback._eval_integration_pattern
    inside = threading.local()

    def from_state_props(self: Any, state_props: Any) -> None:
        original_props(self, state_props)
        waits_for_token = getattr(self.resource, "condition", None) is not None
        self.timeout.bounds_real_work = not waits_for_token
        self.timeout.slack = _TOKEN_SLACK_S if waits_for_token and self.heartbeat is None else 0.0

    def integration_pattern(self: Any, **named: Any) -> None:
        inside.token_wait = True
        try:
            original_pattern(self, **named)
        finally:
            inside.token_wait = False

    def timeout(self: Any, env: Any) -> None:
        seconds = self._eval_seconds(env=env)
        if getattr(self, "bounds_real_work", True):
            env.stack.append(seconds)
        else:
            token_waits = getattr(inside, "token_wait", False)
            env.stack.append(seconds if token_waits else clock.real_seconds(seconds) + self.slack)

    def heartbeat(self: Any, env: Any) -> None:
        env.stack.append(clock.real_seconds(self._eval_seconds(env=env)))

    patches.replace(StateTask, "from_state_props", from_state_props)
    patches.replace(StateTaskServiceCallback, "_eval_integration_pattern", integration_pattern)
    patches.replace(Timeout, "_eval_body", timeout)
    patches.replace(Heartbeat, "_eval_body", heartbeat)


def _scale_machine_timeout(patches: Patches, clock: RuleClock) -> None:
    evaluate_component: Any = EvalComponent.eval

    def evaluate(self: Any, env: Any) -> None:
        env.next_state_name = self.start_at.start_at_name
        worker = threading.Thread(target=evaluate_component, args=(self, env), daemon=True)
        TMP_THREADS.append(worker)
        worker.start()
        limit = self.timeout_seconds
        with clock.waiting(lambda: not worker.is_alive()):
            worker.join(clock.real_seconds(limit.timeout_seconds) if limit else None)
        if worker.is_alive():
            env.set_timed_out()
            for endpoint in list(env.callback_pool_manager._pool.values()):
                endpoint.interrupt_all()

    patches.replace(Program, "eval", evaluate)


def _scale_back_off(patches: Patches, clock: RuleClock, stopping: threading.Event) -> None:
    def sleep(seconds: float) -> None:
        clock.wait_for(seconds, stopping)

    patches.replace(retrier_decl, "time", SimpleNamespace(sleep=sleep))


def _tell_of_waits_for_threads(patches: Patches, clock: RuleClock) -> None:
    """A task waits for its frame, a Map for its items, a Parallel for its branches."""

    class Event(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            with clock.waiting(self.is_set):
                return super().wait(timeout)

    watched = SimpleNamespace(Event=Event, Lock=threading.Lock)
    for module in (execute_state, job, branches_decl):
        patches.replace(module, "threading", watched)


def _date_by_rule_time(patches: Patches, clock: RuleClock) -> None:
    """The modules below ask the module `datetime` for `datetime.now(...)` and nothing else."""

    def now(tz: Any = None) -> datetime:
        return clock.now()

    dates = SimpleNamespace(datetime=SimpleNamespace(now=now), timezone=SimpleNamespace(utc=UTC))
    patches.replace(models, "datetime", dates)
    patches.replace(execution, "datetime", dates)
    patches.replace(EventManager, "_get_current_timestamp", staticmethod(clock.now))

    def state_data(EnteredTime: str, Name: str) -> dict[str, str]:
        return {"EnteredTime": isoformat(clock.now()), "Name": Name}

    patches.replace(state, "StateData", state_data)


def forget_ended_threads() -> None:
    """Shorten moto's list of threads, which otherwise grows for ever."""
    known = list(TMP_THREADS)  # what is appended meanwhile comes after these
    TMP_THREADS[: len(known)] = [each for each in known if each.is_alive() or each.ident is None]


def running_threads() -> list[threading.Thread]:
    """Return the interpreter's threads that are still alive."""
    return [thread for thread in TMP_THREADS if thread.is_alive()]
