"""A system whose time stands still: it passes only while the test waits, exactly, and never while
anything is being done.
"""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.stepped_clock import SteppedClock
from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import (
    found,
    machine,
    notes,
    sample,
    start,
    task,
    token_task,
    tokens,
)

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PASS = {"Type": "Pass", "End": True}


@pytest.fixture
def system() -> Iterator[LocalSystem]:
    with sample(stepped_from=TEN) as started:
        yield started


def _let_pass(system: LocalSystem, seconds: float) -> None:
    system.wait_until(lambda: False, seconds)


def _moments(system: LocalSystem, arn: str, kind: str) -> list[timedelta]:
    return [
        datetime.fromisoformat(event["timestamp"]) - TEN
        for event in system.history(arn)
        if event["type"] == kind
    ]


def test_time_stands_still_until_somebody_waits(system: LocalSystem) -> None:
    before = system.clock.now()
    system.client("dynamodb").list_tables()

    assert before == system.clock.now() == TEN
    _let_pass(system, 61.5)
    assert system.clock.now() == TEN + timedelta(seconds=61.5)


def test_a_wait_of_hours_is_exact_and_takes_no_time_of_ours(system: LocalSystem) -> None:
    states = {
        "Wait": {"Type": "Wait", "Seconds": 7200, "Next": "Work"},
        "Work": task(system, "NoteFunction", {"note": "work", "item": "x", "seconds": 0.2}),
    }
    arn = start(system, machine(system, "waits", states), "one")

    _let_pass(system, 7199)
    before = found(system, arn).status
    _let_pass(system, 1)

    assert (before, found(system, arn).status) == ("RUNNING", "SUCCEEDED")
    assert _moments(system, arn, "ExecutionSucceeded") == [timedelta(hours=2)]


def test_branches_and_items_go_on_at_their_own_moments(system: LocalSystem) -> None:
    def waits(seconds: str) -> dict[str, Any]:
        return {
            "StartAt": "Wait",
            "States": {"Wait": {"Type": "Wait", "SecondsPath": seconds, "End": True}},
        }

    items = {"Type": "Map", "ItemsPath": "$.each", "ItemProcessor": waits("$"), "End": True}
    branches = [waits("$.long"), {"StartAt": "Items", "States": {"Items": items}}]
    states = {"Both": {"Type": "Parallel", "Branches": branches, "End": True}}
    given = {"long": 90, "each": [30, 60]}

    arn = start(system, machine(system, "branches", states), "one", given)
    _let_pass(system, 300)

    left = [timedelta(seconds=each) for each in (30, 60, 90)]
    assert _moments(system, arn, "WaitStateExited") == left
    assert _moments(system, arn, "ExecutionSucceeded") == left[-1:]


def test_an_answer_is_taken_at_the_moment_at_which_it_comes(system: LocalSystem) -> None:
    states = {"Hold": token_task(system, "answer", TimeoutSeconds=600)}
    arn = start(system, machine(system, "answered", states), "one")
    (token,) = tokens(system, "answer")

    _let_pass(system, 599)
    system.client("stepfunctions").send_task_success(taskToken=token, output="1")
    _let_pass(system, 0)

    assert _moments(system, arn, "ExecutionSucceeded") == [timedelta(seconds=599)]


def test_a_token_times_out_exactly_and_a_retry_waits_its_back_off(system: LocalSystem) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 1}]
    states = {"Hold": token_task(system, "silence", TimeoutSeconds=60, Retry=retry)}
    arn = start(system, machine(system, "silent", states), "one")

    _let_pass(system, 3600)

    assert _moments(system, arn, "TaskTimedOut") == [timedelta(seconds=60), timedelta(seconds=125)]


def test_an_execution_that_waits_is_stopped_at_once(system: LocalSystem) -> None:
    states = {"Wait": {"Type": "Wait", "Seconds": 600, "Next": "P"}, "P": PASS}
    arn = start(system, machine(system, "stopped", states), "one")
    _let_pass(system, 10)

    system.client("stepfunctions").stop_execution(executionArn=arn)
    _let_pass(system, 0)

    assert found(system, arn).stopped_at == TEN + timedelta(seconds=10)


def test_schedules_fire_at_their_slots(system: LocalSystem) -> None:
    _let_pass(system, 359)

    slots = {note["item"]["S"] for note in notes(system, "slot")}
    assert slots == {f"2026-11-23T10:0{minute}:00Z" for minute in (2, 4)}


def test_a_handler_may_take_rule_time(system: LocalSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(event: Any, context: Any) -> None:
        system.clock.wait_for(30, threading.Event())

    monkeypatch.setattr("local_sample.steps.sleep", slow)
    arn = start(system, machine(system, "slow", {"S": task(system, "SleepFunction", {})}), "one")

    _let_pass(system, 100)

    assert _moments(system, arn, "ExecutionSucceeded") == [timedelta(seconds=30)]


def test_a_thread_that_another_has_woken_is_at_work_before_it_runs() -> None:
    clock, wake, begun = SteppedClock(TEN), threading.Event(), threading.Event()
    go_on = threading.Event()

    def work() -> None:
        with clock.waiting(wake.is_set):
            begun.set()
            wake.wait()
            go_on.wait()

    thread = clock.thread(work, "sleeper")
    thread.start()
    begun.wait()
    asleep = clock.at_work([])
    wake.set()
    woken = clock.at_work([])
    go_on.set()
    thread.join()

    assert (asleep, woken, clock.at_work([])) == ([], ["sleeper"], [])
