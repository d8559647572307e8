"""Task tokens on one machine: an answer counts once, and only while the task waits for it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackEndpoint

from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import (
    ended,
    machine,
    run,
    sample,
    start,
    token_task,
    tokens,
)

PASS = {"Type": "Pass", "End": True}


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with sample(stepped_from=datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) as started:
        yield started


def _refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return str(refused.value.response["Error"]["Code"])


def test_the_timeout_of_a_token_task_is_rule_time(system: LocalSystem) -> None:
    state = token_task(system, "times-out", TimeoutSeconds=300)

    summary = run(system, "token-timeout", {"Hold": state})

    assert (summary.status, summary.error) == ("FAILED", "States.Timeout")


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


def test_of_many_answers_at_once_exactly_one_is_taken(
    system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = machine(system, "crowd", {"Hold": token_task(system, "crowd", TimeoutSeconds=90_000)})
    arn = start(system, states, "crowd")
    client = system.client("stepfunctions")
    (token,) = tokens(system, "crowd")
    together = Barrier(8)
    notify: Any = CallbackEndpoint.notify

    def hesitant(self: Any, outcome: Any) -> None:
        sleep(0.02)  # whoever came in meanwhile was let in as well
        notify(self, outcome)

    def answer(number: int) -> str:
        together.wait()
        try:
            client.send_task_success(taskToken=token, output=str(number))
        except ClientError as refused:
            return str(refused.response["Error"]["Code"])
        return f"taken {number}"

    monkeypatch.setattr(CallbackEndpoint, "notify", hesitant)
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
    assert answer["stopDate"] >= summary.started_at - timedelta(seconds=1)
    assert (summary.status, summary.error, summary.cause) == ("ABORTED", "Enough", "asked")
