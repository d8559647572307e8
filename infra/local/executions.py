"""Executions on record: started and ended ones survive the process.

One that was running when the process ended is started again from the beginning with its name and
input: every step of the machines may be repeated. Its history begins anew. Ended ones are listed
with their history.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from infra.local.journal import Journal
from infra.local.patches import Patches
from infra.local.stopping import stop_execution

# AWS keeps the history of an execution for 90 days after it has ended.
KEPT = timedelta(days=90)

_START = "insert or replace into executions values (?, ?, ?, ?, ?, 'RUNNING', null, null)"
_END = "update executions set status = ?, stopped = ?, ended = ? where arn = ?"


@dataclass(frozen=True)
class ExecutionSummary:
    """One execution as DescribeExecution tells it; dates are rule time."""

    machine: str
    name: str
    arn: str
    status: str
    started_at: datetime
    stopped_at: datetime | None
    input: Any
    output: Any
    error: str | None
    cause: str | None


def summary_of(execution: Any) -> ExecutionSummary:
    """Tell what is known of one of moto's executions."""
    return ExecutionSummary(
        machine=execution.state_machine.name,
        name=execution.name,
        arn=execution.exec_arn,
        status=execution.status,
        started_at=execution.start_date,
        stopped_at=execution.stop_date,
        input=execution.input_data,
        output=execution.output,
        error=execution.error,
        cause=execution.cause,
    )


class ExecutionRecord:
    """Keeps the journal's executions and moto's the same."""

    def __init__(self, journal: Journal, account: str, region: str) -> None:
        self._journal, self._account, self._region = journal, account, region
        self._resuming = threading.local()
        self._closed = False

    def install(self, patches: Patches) -> None:
        """Note every start and every end from here on."""
        original_start: Any = Execution.start
        original_end: Any = BaseExecutionWorkerCommunication._reflect_execution_status
        record = self

        def start(self: Any) -> None:
            self.start_date = getattr(record._resuming, "started", None) or self.start_date
            record._note_start(self)
            original_start(self)

        def end(self: Any) -> None:
            original_end(self)
            record._note_end(self.execution)

        patches.replace(Execution, "start", start)
        patches.replace(BaseExecutionWorkerCommunication, "_reflect_execution_status", end)

    def restore(self) -> None:
        """List the ended executions again and start again those that were running."""
        sql = "select * from executions order by started"
        machines = {machine.arn: machine for machine in self._backend.state_machines}
        for arn, machine_arn, name, given, started, status, stopped, ended in self._journal.rows(
            sql
        ):
            if machine_arn not in machines:
                continue
            if status != "RUNNING":
                entry = _ended(
                    machines[machine_arn], arn, name, given, started, status, stopped, ended
                )
                machines[machine_arn].executions.append(entry)
            else:
                self._resuming.started = datetime.fromisoformat(started)
                try:
                    self._backend.start_execution(machine_arn, name, given)
                finally:
                    self._resuming.started = None

    def all(self) -> Iterator[Any]:
        """Yield every execution, of every machine."""
        for machine in list(self._backend.state_machines):
            yield from list(machine.executions)

    def summaries(self) -> list[ExecutionSummary]:
        """Return all executions, the earliest first."""
        found = [summary_of(execution) for execution in self.all()]
        return sorted(found, key=lambda summary: (summary.started_at, summary.arn))

    def history(self, arn: str) -> list[dict[str, Any]]:
        """Return the events of an execution; timestamps are rule time, ISO 8601."""
        wanted = next(execution for execution in self.all() if execution.exec_arn == arn)
        return list(json.loads(json.dumps(wanted.to_history_output()["events"], default=str)))

    def forget_before(self, now: datetime) -> None:
        """Drop executions that ended too long ago."""
        oldest = now - KEPT
        for machine in self._backend.state_machines:
            for old in [e for e in machine.executions if e.stop_date and e.stop_date < oldest]:
                machine.executions.remove(old)
        self._journal.write("delete from executions where stopped < ?", oldest.isoformat())

    def close(self) -> None:
        """Stop what runs without noting it: the next process starts it again."""
        self._closed = True
        for execution in self.all():
            if execution.status == "RUNNING":
                stop_execution(execution)

    @property
    def _backend(self) -> Any:
        return stepfunctions_parser_backends[self._account][self._region]

    def _note_start(self, execution: Any) -> None:
        machine, given = execution.state_machine.arn, execution.execution_input
        row = (execution.exec_arn, machine, execution.name, given, execution.start_date.isoformat())
        self._journal.write(_START, *row)

    def _note_end(self, execution: Any) -> None:
        if self._closed:
            return
        ended = {
            "output": execution.output,
            "error": execution.error,
            "cause": execution.cause,
            "history": execution.to_history_output()["events"],
        }
        # the finished execution keeps its history only, not its threads, frames and tokens
        execution.exec_worker = _past_worker(ended["history"])
        document = json.dumps(ended, default=str)
        stopped = execution.stop_date.isoformat()
        self._journal.write(_END, execution.status, stopped, document, execution.exec_arn)


def _ended(machine: Any, arn: str, name: str, given: str, *rest: str) -> Any:
    started, status, stopped, ended = rest
    make: Any = Execution
    execution = make(
        name=name,
        sm_type=machine.sm_type,
        role_arn=machine.roleArn,
        exec_arn=arn,
        account_id=machine.backend.account_id,
        region_name=machine.backend.region_name,
        state_machine=machine,
        start_date=datetime.fromisoformat(started),
        cloud_watch_logging_session=None,
        activity_store={},
        input_data=given,
    )
    document = json.loads(ended)
    execution.exec_status = ExecutionStatus(status)
    execution.stop_date = datetime.fromisoformat(stopped)
    execution.output, execution.error = document["output"], document["error"]
    execution.cause = document["cause"]
    execution.exec_worker = _past_worker(document["history"])
    return execution


def _past_worker(history: list[dict[str, Any]]) -> Any:
    """Stand in for the worker of an execution that has ended: only the past is asked of it."""
    events = SimpleNamespace(get_event_history=lambda: history)
    map_runs = SimpleNamespace(get=lambda arn: None, get_all=list)
    tokens = SimpleNamespace(_pool={})
    env = SimpleNamespace(
        event_manager=events, map_run_record_pool_manager=map_runs, callback_pool_manager=tokens
    )
    return SimpleNamespace(env=env)
