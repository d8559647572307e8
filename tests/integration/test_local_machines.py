"""Machines on one machine: each test is a repair of moto's interpreter, and fails without it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.backend.execution import Execution

from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import (
    ended,
    found,
    machine,
    run,
    sample,
    start,
    task,
    token_task,
    tokens,
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
    state = task(system, "SleepFunction", {"seconds": 0.3}, TimeoutSeconds=10)

    assert run(system, "real-work", {"Sleep": state}).status == "SUCCEEDED"


def test_the_timeout_of_a_token_task_is_rule_time(system: LocalSystem) -> None:
    state = token_task(system, "times-out", TimeoutSeconds=300)

    summary = run(system, "token-timeout", {"Hold": state})

    assert (summary.status, summary.error) == ("FAILED", "States.Timeout")


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


def test_a_retried_token_task_waits_with_a_new_token(system: LocalSystem) -> None:
    retry = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    state = token_task(system, "retried", TimeoutSeconds=200, Retry=retry)
    arn = start(system, machine(system, "retried", {"Hold": state}), "retried")

    first, second = tokens(system, "retried", count=2)
    system.client("stepfunctions").send_task_success(taskToken=second, output='"yes"')

    assert first != second
    assert ended(system, arn).output == "yes"


def test_an_answer_counts_once(system: LocalSystem) -> None:
    states = machine(system, "once", {"Hold": token_task(system, "once", TimeoutSeconds=9000)})
    arn = start(system, states, "once")
    client = system.client("stepfunctions")
    (token,) = tokens(system, "once")

    client.send_task_success(taskToken=token, output='"first"')

    assert _refusal(client.send_task_success, taskToken=token, output='"second"') == "TaskTimedOut"
    assert ended(system, arn).output == "first"


def test_of_many_answers_at_once_exactly_one_is_taken(system: LocalSystem) -> None:
    states = machine(system, "crowd", {"Hold": token_task(system, "crowd", TimeoutSeconds=9000)})
    arn = start(system, states, "crowd")
    client = system.client("stepfunctions")
    (token,) = tokens(system, "crowd")
    together = Barrier(8)

    def answer(number: int) -> str:
        together.wait()
        try:
            client.send_task_success(taskToken=token, output=str(number))
        except ClientError as refused:
            return str(refused.response["Error"]["Code"])
        return f"taken {number}"

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(answer, range(8)))

    assert sorted(answers)[:7] == ["TaskTimedOut"] * 7
    assert f"taken {ended(system, arn).output}" in answers


def test_an_answer_after_the_timeout_is_refused(system: LocalSystem) -> None:
    run(system, "late", {"Hold": token_task(system, "late", TimeoutSeconds=50)})
    (token,) = tokens(system, "late")
    client = system.client("stepfunctions")

    assert _refusal(client.send_task_success, taskToken=token, output="1") == "TaskTimedOut"
    assert _refusal(client.send_task_failure, taskToken=token) == "TaskTimedOut"
    assert _refusal(client.send_task_heartbeat, taskToken=token) == "TaskTimedOut"


def test_a_token_that_is_none_is_refused(system: LocalSystem) -> None:
    client = system.client("stepfunctions")

    assert _refusal(client.send_task_success, taskToken="nonsense", output="1") == "InvalidToken"


def test_a_token_of_a_system_that_is_gone_is_refused_as_timed_out(system: LocalSystem) -> None:
    client = system.client("stepfunctions")
    gone = "7f1c0dd2-8f3a-4f0e-9b0e-3c1f3a1d2b10"

    assert _refusal(client.send_task_success, taskToken=gone, output="1") == "TaskTimedOut"


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


def test_a_failed_answer_keeps_error_and_cause(system: LocalSystem) -> None:
    states = machine(system, "answer-no", {"Hold": token_task(system, "no", TimeoutSeconds=9000)})
    arn = start(system, states, "answer-no")
    (token,) = tokens(system, "no")

    system.client("stepfunctions").send_task_failure(taskToken=token, error="Busy", cause="engaged")

    summary = ended(system, arn)
    assert (summary.status, summary.error, summary.cause) == ("FAILED", "Busy", "engaged")


def test_a_stopped_execution_that_waits_for_a_token_ends(system: LocalSystem) -> None:
    states = machine(system, "stopped", {"Hold": token_task(system, "stop", TimeoutSeconds=90_000)})
    arn = start(system, states, "stopped")
    tokens(system, "stop")

    answer = system.client("stepfunctions").stop_execution(
        executionArn=arn, error="Enough", cause="asked"
    )

    summary = ended(system, arn)
    assert answer["stopDate"] is not None
    assert (summary.status, summary.error, summary.cause) == ("ABORTED", "Enough", "asked")


def test_a_name_started_by_many_at_once_is_one_execution(system: LocalSystem) -> None:
    arn = machine(system, "one-name", {"Wait": {"Type": "Wait", "Seconds": 200, "End": True}})
    together = Barrier(8)

    def begin(_: int) -> str:
        together.wait()
        return start(system, arn, "the-same")

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
        begin(self)

    monkeypatch.setattr(Execution, "start", watched)
    start(system, arn, "starting")

    assert seen == ["RUNNING"]


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
    assert system.wait_until(lambda: all(thread.is_alive() for thread in TMP_THREADS), 20 * 100)
