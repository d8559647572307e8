"""Machines on one machine: each test is a repair of moto's interpreter, and fails without it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.backend.execution import Execution

from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import (
    found,
    machine,
    run,
    sample,
    start,
    task,
    token_task,
)
from toban.clock import system_time

PASS = {"Type": "Pass", "End": True}


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with sample(speed=100.0) as started:
        yield started


def _refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return str(refused.value.response["Error"]["Code"])


def _moments(system: LocalSystem, arn: str, kind: str) -> list[datetime]:
    return [
        datetime.fromisoformat(event["timestamp"])
        for event in system.history(arn)
        if event["type"] == kind
    ]


def test_a_wait_takes_its_seconds_in_rule_time(system: LocalSystem) -> None:
    states = {"Wait": {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}}

    summary = run(system, "waits", states, {"seconds": 60})

    (entered,) = _moments(system, summary.arn, "WaitStateEntered")
    (left,) = _moments(system, summary.arn, "WaitStateExited")
    assert timedelta(seconds=60) <= left - entered < timedelta(seconds=6000)


def test_dates_of_executions_and_histories_are_rule_time(system: LocalSystem) -> None:
    before = system.clock.now()

    summary = run(system, "dates", {"Pass": PASS})

    dates = [
        summary.started_at,
        *_moments(system, summary.arn, "PassStateEntered"),
        summary.stopped_at,
    ]
    assert all(date is not None and before <= date <= system.clock.now() for date in dates)
    assert summary.started_at > system_time()


def test_the_context_object_tells_rule_time_as_aws_writes_it(system: LocalSystem) -> None:
    parameters = {"entered.$": "$$.State.EnteredTime", "started.$": "$$.Execution.StartTime"}

    summary = run(system, "context", {"Pass": {**PASS, "Parameters": parameters}})

    described = system.client("stepfunctions").describe_execution(executionArn=summary.arn)
    told = json.loads(described["output"])
    assert told["started"].endswith("Z")
    assert told["entered"].endswith("Z")
    assert datetime.fromisoformat(told["entered"]) >= summary.started_at - timedelta(seconds=1)


def test_variables_are_evaluated(system: LocalSystem) -> None:
    states = {
        "Keep": {"Type": "Pass", "Assign": {"kept.$": "$.value"}, "Next": "Tell"},
        "Tell": {**PASS, "Parameters": {"told.$": "$kept"}},
    }

    assert run(system, "variables", states, {"value": 7}).output == {"told": 7}


def test_the_timeout_of_an_ordinary_task_bounds_real_work(system: LocalSystem) -> None:
    event = {"note": "work", "item": "real", "seconds": 0.3}
    state = task(system, "NoteFunction", event, TimeoutSeconds=10)

    assert run(system, "real-work", {"Work": state}).status == "SUCCEEDED"


def test_the_heartbeat_of_a_token_task_is_rule_time(system: LocalSystem) -> None:
    state = token_task(system, "no-beat", HeartbeatSeconds=200, TimeoutSeconds=90_000)

    assert run(system, "no-heartbeat", {"Hold": state}).status == "FAILED"


def test_the_timeout_of_a_machine_is_rule_time(system: LocalSystem) -> None:
    states = {"Wait": {"Type": "Wait", "Seconds": 9000, "End": True}}

    assert run(system, "machine-timeout", states, TimeoutSeconds=100).status == "TIMED_OUT"


def test_the_back_off_of_a_retry_is_rule_time(system: LocalSystem) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 120, "MaxAttempts": 2}]
    state = task(system, "FailFunction", {"item": "back-off", "times": 2}, Retry=retry)

    summary = run(system, "back-off", {"Fail": state})

    assert summary.status == "SUCCEEDED"
    assert summary.stopped_at is not None
    assert summary.stopped_at - summary.started_at >= timedelta(seconds=120 + 240)


def test_a_path_that_is_not_there_ends_the_execution_whatever_retries_and_catches(
    system: LocalSystem,
) -> None:
    everything = {"ErrorEquals": ["States.ALL"]}
    state = task(
        system,
        "EchoFunction",
        {"wrong.$": "$.nowhere"},
        Retry=[{**everything, "IntervalSeconds": 1, "MaxAttempts": 5}],
        Catch=[{**everything, "Next": "Caught"}],
    )

    summary = run(system, "no-path", {"Echo": state, "Caught": {"Type": "Succeed"}})

    assert (summary.status, summary.error) == ("FAILED", "States.Runtime")
    assert len(_moments(system, summary.arn, "TaskFailed")) <= 1


def test_a_name_started_by_many_at_once_is_one_execution(
    system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = machine(system, "one-name", {"Wait": {"Type": "Wait", "Seconds": 90_000, "End": True}})
    together = Barrier(8)
    known: Any = StateMachine._handle_name_input_idempotency

    def hesitant(self: Any, name: str, given: str) -> Any:
        found = known(self, name, given)
        sleep(0.02)  # whoever came in meanwhile has found nothing either
        return found

    def begin(_: int) -> str:
        together.wait()
        return start(system, arn, "the-same")

    monkeypatch.setattr(StateMachine, "_handle_name_input_idempotency", hesitant)
    with ThreadPoolExecutor(8) as crowd:
        arns = set(crowd.map(begin, range(8)))

    assert len(arns) == 1
    assert len([each for each in system.executions() if each.machine == "one-name"]) == 1


@pytest.mark.parametrize("name", ["a" * 81, "with space", "with:colon"])
def test_a_name_that_aws_refuses_is_refused(system: LocalSystem, name: str) -> None:
    arn = machine(system, "names", {"Pass": PASS})
    client = system.client("stepfunctions")

    assert _refusal(client.start_execution, stateMachineArn=arn, name=name) in (
        "InvalidName",
        "ValidationException",
    )


def test_an_execution_without_a_name_gets_one(system: LocalSystem) -> None:
    client, arn = system.client("stepfunctions"), machine(system, "nameless", {"Pass": PASS})

    first = client.start_execution(stateMachineArn=arn)["executionArn"]
    second = client.start_execution(stateMachineArn=arn)["executionArn"]

    assert first != second


def test_executions_can_be_listed_while_they_start(
    system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = machine(system, "starting", {"Pass": PASS})
    seen: list[str] = []
    begin: Any = Execution.start

    def watched(self: Any) -> None:
        listed = system.client("stepfunctions").list_executions(stateMachineArn=arn)["executions"]
        seen.extend(each["status"] for each in listed)
        assert system.history(listed[0]["executionArn"]) == []
        begin(self)

    monkeypatch.setattr(Execution, "start", watched)
    start(system, arn, "starting")

    assert seen == ["RUNNING"]


def test_a_history_can_be_read_backwards(system: LocalSystem) -> None:
    summary = run(system, "backwards", {"Pass": PASS})
    read = system.client("stepfunctions").get_execution_history

    forwards = read(executionArn=summary.arn)["events"]

    assert read(executionArn=summary.arn, reverseOrder=True)["events"] == forwards[::-1]


def test_a_definition_is_parsed_once(system: LocalSystem) -> None:
    definition = json.dumps({"StartAt": "Pass", "States": {"Pass": PASS}})

    assert AmazonStateLanguageParser.parse(definition) is AmazonStateLanguageParser.parse(
        definition
    )


def test_tasks_share_one_client(system: LocalSystem) -> None:
    first: Any = boto_client_for(region=system.region, service="lambda")

    assert first is boto_client_for(region=system.region, service="lambda")


def test_finished_threads_are_not_kept(system: LocalSystem) -> None:
    from moto.stepfunctions.parser.utils import TMP_THREADS

    summary = run(system, "threads", {"Pass": PASS})

    assert found(system, summary.arn).status == "SUCCEEDED"
    assert system.wait_until(lambda: all(thread.is_alive() for thread in TMP_THREADS), 60 * 100)
