"""Lambda in this process: the handlers of the template, called as the service calls them."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.runtime import HandlerError
from infra.local.stack import TemplateError, environment
from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import notes, run, sample, task


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with sample(speed=600.0) as started:
        yield started


def _invoke(system: LocalSystem, function: str, event: Any, **options: Any) -> dict[str, Any]:
    answer = system.client("lambda").invoke(
        FunctionName=system.resource(function), Payload=json.dumps(event).encode(), **options
    )
    body = answer["Payload"].read()
    return {"error": answer.get("FunctionError"), "body": json.loads(body) if body else None}


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
    assert system.wait_idle()
    assert [row["seen"]["N"] for row in notes(system, "async")] == ["1"]


def test_a_failed_asynchronous_invocation_is_repeated(system: LocalSystem) -> None:
    _invoke(system, "FailFunction", {"item": "again", "times": 2}, InvocationType="Event")

    assert system.wait_idle()
    seen = {row["item"]["S"]: row["seen"]["N"] for row in notes(system, "fail")}
    assert seen["again"] == "3"


def test_an_invocation_that_was_given_up_is_in_the_queue_of_the_undelivered(
    system: LocalSystem,
) -> None:
    _invoke(system, "FailFunction", {"item": "never", "times": 99}, InvocationType="Event")

    assert system.wait_idle()
    answer = system.client("sqs").receive_message(QueueUrl=system.resource("Undelivered"))
    letter = json.loads(answer["Messages"][0]["Body"])
    assert letter["requestPayload"] == {"item": "never", "times": 99}
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
            go_on.wait(5)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", hesitate)
    caller = threading.Thread(target=_invoke, args=(system, "EchoFunction", {}))
    caller.start()
    begins.wait(5)
    idle = system.runtime.wait_idle(0.01)
    go_on.set()
    caller.join()

    assert not idle
