"""Lambda in this process: the handlers of the template, called as the service calls them."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.runtime import HandlerError
from infra.local.stack import TemplateError, environment
from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import notes, run, sample, task


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with sample(stepped_from=datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) as started:
        yield started


def _invoke(system: LocalSystem, function: str, event: Any, **options: Any) -> dict[str, Any]:
    answer = system.client("lambda").invoke(
        FunctionName=system.resource(function), Payload=json.dumps(event).encode(), **options
    )
    body = answer["Payload"].read()
    return {"error": answer.get("FunctionError"), "body": json.loads(body) if body else None}


def _let_pass(system: LocalSystem, rule_seconds: float) -> None:
    system.wait_until(lambda: False, rule_seconds)


def _undelivered(system: LocalSystem) -> list[dict[str, Any]]:
    answer = system.client("sqs").receive_message(
        QueueUrl=system.resource("Undelivered"), MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_a_handler_is_called_with_event_and_context(system: LocalSystem) -> None:
    answer = _invoke(system, "EchoFunction", {"a": 1})

    assert answer["error"] is None
    assert answer["body"]["event"] == {"a": 1}
    assert answer["body"]["function"] == "sample-EchoFunction"
    assert 0 < answer["body"]["left"] <= 5000


def test_the_template_gives_the_environment(system: LocalSystem) -> None:
    assert _invoke(system, "EchoFunction", {})["body"]["greeting"] == "hello"


def test_an_exception_is_the_runtimes_error_document(system: LocalSystem) -> None:
    answer = _invoke(system, "FailFunction", {"item": "document", "times": 9})

    assert answer["error"] == "Unhandled"
    assert answer["body"]["errorType"] == "ValueError"
    assert answer["body"]["errorMessage"] == "failure 1"
    assert any("in fail" in line for line in answer["body"]["stackTrace"])


def test_a_machine_sees_the_type_of_the_exception(system: LocalSystem) -> None:
    state = task(system, "FailFunction", {"item": "typed", "times": 9})

    assert run(system, "typed", {"Fail": state}).error == "ValueError"


def test_a_handler_that_works_too_long_times_out(system: LocalSystem) -> None:
    answer = _invoke(system, "SleepFunction", {"seconds": 1.5})

    assert answer["body"]["errorType"] == "Sandbox.Timedout"
    assert answer["body"]["errorMessage"].endswith("Task timed out after 1.00 seconds")


def test_a_timeout_of_a_function_fails_the_task_of_a_machine(system: LocalSystem) -> None:
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}]
    state = task(system, "SleepFunction", {"seconds": 1.5}, Catch=catch)

    summary = run(system, "too-long", {"Sleep": state, "Caught": {"Type": "Succeed"}})

    assert summary.output["Error"] == "Sandbox.Timedout"


def test_an_unknown_handler_is_a_document_too(system: LocalSystem) -> None:
    client = system.client("lambda")
    name = system.resource("EchoFunction")

    client.update_function_configuration(FunctionName=name, Handler="local_sample.steps.nothing")
    missing = _invoke(system, "EchoFunction", {})
    client.update_function_configuration(FunctionName=name, Handler="local_sample.nowhere.handler")
    nowhere = _invoke(system, "EchoFunction", {})
    client.update_function_configuration(FunctionName=name, Handler="local_sample.steps.echo")

    assert missing["body"]["errorType"] == "Runtime.HandlerNotFound"
    assert nowhere["body"]["errorType"] == "Runtime.ImportModuleError"


def test_invoke_raises_what_the_handler_raised(system: LocalSystem) -> None:
    with pytest.raises(HandlerError, match="failure 1") as raised:
        system.invoke("FailFunction", {"item": "direct", "times": 1})

    assert raised.value.document["errorType"] == "ValueError"
    assert system.invoke("FailFunction", {"item": "direct", "times": 1}) == {"seen": 2}


def test_an_asynchronous_invocation_runs_behind_the_answer(system: LocalSystem) -> None:
    answer = _invoke(system, "NoteFunction", {"note": "async", "item": "1"}, InvocationType="Event")

    assert answer["body"] is None
    _let_pass(system, 0)
    assert [row["seen"]["N"] for row in notes(system, "async")] == ["1"]


def test_a_failed_asynchronous_invocation_is_repeated_after_one_minute_and_after_two_more(
    system: LocalSystem,
) -> None:
    event = {"item": "again", "times": 2}
    seen = []

    _invoke(system, "FailFunction", event, InvocationType="Event")
    for seconds in (0, 59, 1, 119, 1):
        _let_pass(system, seconds)
        (row,) = [row for row in notes(system, "fail") if row["item"]["S"] == "again"]
        seen.append(row["seen"]["N"])

    assert seen == ["1", "1", "2", "2", "3"]
    assert event not in [letter["requestPayload"] for letter in _undelivered(system)]


def test_an_invocation_that_was_given_up_is_in_the_queue_of_the_undelivered(
    system: LocalSystem,
) -> None:
    event = {"item": "never", "times": 99}

    _invoke(system, "FailFunction", event, InvocationType="Event")
    _let_pass(system, 180)

    (letter,) = [each for each in _undelivered(system) if each["requestPayload"] == event]
    assert letter["requestContext"]["condition"] == "RetriesExhausted"
    assert letter["responsePayload"]["errorMessage"] == "failure 3"


class _Function:
    def __init__(self, name: str, **variables: str) -> None:
        self.function_name, self.environment_vars = name, variables


def test_functions_that_want_different_values_of_one_variable_are_refused() -> None:
    functions = [_Function("probe", LEVEL="INFO"), _Function("respond", LEVEL="DEBUG")]

    with pytest.raises(TemplateError, match=r"probe and respond want different values of LEVEL"):
        environment(functions)


def test_functions_that_agree_share_one_environment() -> None:
    functions = [_Function("probe", A="1", B="2"), _Function("respond", A="1")]

    assert environment(functions) == {"A": "1", "B": "2"}


def test_handlers_run_side_by_side(system: LocalSystem) -> None:
    together = threading.Barrier(4)
    answers: list[Any] = []

    def call(number: int) -> None:
        together.wait()
        answers.append(system.invoke("NoteFunction", {"note": "side", "item": "x", "seconds": 0.1}))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer["seen"] for answer in answers) == [1, 2, 3, 4]


def test_waiting_for_the_end_of_work_holds_while_a_call_is_just_beginning(
    system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, go_on, start = threading.Event(), threading.Event(), threading.Thread.start

    def hesitate(thread: threading.Thread) -> None:
        if thread.name.startswith("lambda"):
            begins.set()
            go_on.wait(30)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", hesitate)
    caller = threading.Thread(target=_invoke, args=(system, "EchoFunction", {}))
    caller.start()
    begins.wait(30)
    idle = system.runtime.wait_idle(0.01)
    go_on.set()
    caller.join()

    assert not idle
