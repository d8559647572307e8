"""What no linter sees in a state machine: tokens without a value, states that lead nowhere, tasks
without an end.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.template.documents import (
    ROOT,
    Document,
    definition,
    functions,
    machines,
    scopes,
    states,
    tasks,
    tokens,
)

EVERY_MACHINE = pytest.mark.parametrize("machine", machines())
ENDS = {"Succeed", "Fail"}
CONTACT_FLOW = "ContactFlow"
"""What a call follows in Amazon Connect: no function may know it (docs/decisions/0054)."""


def targets(state: Document) -> Iterator[str]:
    """Yield the states that may follow."""
    for way in [state, *state.get("Choices", ()), *state.get("Catch", ())]:
        yield from (way[key] for key in ("Next", "Default") if key in way)


def dangling(document: Document) -> list[str]:
    """Return what leads to a state that is not there, in its own scope."""
    found = []
    for scope in scopes(document):
        starts = [("StartAt", scope["StartAt"])]
        ways = [(name, to) for name, state in scope["States"].items() for to in targets(state)]
        found += [f"{name} -> {to}" for name, to in starts + ways if to not in scope["States"]]
    return found


def unreachable(document: Document) -> list[str]:
    """Return the states that nothing leads to."""
    return [name for scope in scopes(document) for name in scope["States"].keys() - reached(scope)]


def reached(scope: Document) -> set[str]:
    seen: set[str] = set()
    ahead = [scope["StartAt"]]
    while ahead:
        name = ahead.pop()
        if name not in seen and name in scope["States"]:
            seen.add(name)
            ahead += targets(scope["States"][name])
    return seen


def without_a_way_on(document: Document) -> list[str]:
    """Return the states that neither end nor go on."""
    return [
        name
        for name, state in states(document)
        if state["Type"] not in ENDS
        and not state.get("End")
        and not ("Default" in state if state["Type"] == "Choice" else "Next" in state)
    ]


def careless_tasks(document: Document) -> list[str]:
    """Return the Tasks that lack a timeout, a Retry or a Catch of everything."""
    return [name for name, state, _ in tasks(document) if not careful(state)]


def careful(state: Document) -> bool:
    timeout = "TimeoutSeconds" in state or "TimeoutSecondsPath" in state
    caught = any("States.ALL" in each["ErrorEquals"] for each in state.get("Catch", ()))
    return timeout and caught and bool(state.get("Retry"))


def catch_alls_that_are_not_last(document: Document) -> list[str]:
    """Return the states in which States.ALL does not stand alone, last (ASL specification)."""
    return [
        name
        for name, state in states(document)
        for rules in (state.get("Retry", []), state.get("Catch", []))
        for position, rule in enumerate(rules)
        if "States.ALL" in rule["ErrorEquals"]
        and (len(rule["ErrorEquals"]) > 1 or position < len(rules) - 1)
    ]


def catches_that_lead_to_their_own_state(document: Document) -> list[str]:
    """Return the states that catch a fault by beginning anew without a state between.

    The interpreter of the local system goes on to `Next` there, as if nothing had been caught.
    """
    return [
        name
        for name, state in states(document)
        if any(caught["Next"] == name for caught in state.get("Catch", ()))
    ]


@EVERY_MACHINE
def test_the_tokens_of_a_definition_are_exactly_the_values_that_the_template_gives(
    machine: str,
) -> None:
    properties = machines()[machine]
    text = (ROOT / properties["DefinitionUri"]).read_text(encoding="utf-8")
    given = properties["DefinitionSubstitutions"]
    assert tokens(text) == given.keys()
    functions_given = {name: value for name, value in given.items() if name != CONTACT_FLOW}
    assert functions_given == {
        name: {"Ref": f"{name.removesuffix('Arn')}.Version"} for name in functions_given
    }


@EVERY_MACHINE
@pytest.mark.parametrize(
    "fault",
    [
        dangling,
        unreachable,
        without_a_way_on,
        careless_tasks,
        catch_alls_that_are_not_last,
        catches_that_lead_to_their_own_state,
    ],
)
def test_a_machine_has_no_state_that_is(machine: str, fault: Any) -> None:
    assert fault(definition(machines()[machine])) == []


@EVERY_MACHINE
def test_a_function_stops_before_its_state_gives_it_up(machine: str) -> None:
    """Nobody works on a server any more when the machine has gone on to its next state."""
    for name, state, function in tasks(definition(machines()[machine])):
        if "TimeoutSeconds" in state:
            assert functions()[function]["Timeout"] <= state["TimeoutSeconds"], name


@EVERY_MACHINE
def test_every_wait_comes_from_the_execution_s_input(machine: str) -> None:
    waits = [
        state for _, state in states(definition(machines()[machine])) if state["Type"] == "Wait"
    ]
    assert all(state.keys() & {"Seconds", "Timestamp", "TimestampPath"} == set() for state in waits)


def test_the_rules_of_timing_are_waits_that_an_operator_sees() -> None:
    waits = {
        name
        for machine in machines()
        for name, state in states(definition(machines()[machine]))
        if state["Type"] == "Wait"
    }
    assert {"WaitToRecheck", "WaitForDuplicates", "WaitToVerify"} <= waits


@EVERY_MACHINE
def test_a_task_hands_over_what_the_lambda_answered_and_not_its_envelope(machine: str) -> None:
    """The envelope of lambda:invoke (headers, status) fills the history and says nothing."""
    for name, state, _ in tasks(definition(machines()[machine])):
        waits_for_token = state["Resource"].endswith(".waitForTaskToken")
        discarded = state.get("ResultPath", "$") is None
        chosen = "ResultSelector" in state or state.get("OutputPath") == "$.Payload"
        assert waits_for_token or discarded or chosen, name


@pytest.mark.parametrize("machine", machines())
def test_a_machine_logs_errors_and_never_what_it_was_given(machine: str) -> None:
    logging = machines()[machine]["Logging"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
    assert machines()[machine]["Type"] == "STANDARD"


SOUND: Document = {
    "StartAt": "A",
    "States": {
        "A": {
            "Type": "Task",
            "Parameters": {"FunctionName": "${AFunctionArn}"},
            "TimeoutSeconds": 1,
            "Retry": [{"ErrorEquals": ["States.ALL"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}],
            "Next": "B",
        },
        "B": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "D", "States": {"D": {"Type": "Pass", "End": True}}},
            "Next": "C",
        },
        "C": {"Type": "Choice", "Choices": [{"Next": "E"}], "Default": "E"},
        "E": {"Type": "Succeed"},
    },
}
FAULTS = [dangling, unreachable, without_a_way_on, careless_tasks, catch_alls_that_are_not_last]


def broken(place: str, **changes: object) -> Document:
    """Return the sound machine with other entries of one state; None takes an entry away."""
    document = deepcopy(SOUND)
    inner = document["States"]["B"]["ItemProcessor"]["States"]
    state = (inner if place in inner else document["States"])[place]
    for key, value in changes.items():
        if value is None:
            del state[key]
        else:
            state[key] = value
    return document


def test_a_sound_machine_has_no_fault() -> None:
    assert [fault(SOUND) for fault in FAULTS] == [[]] * len(FAULTS)


@pytest.mark.parametrize(
    ("fault", "document", "found"),
    [
        (dangling, broken("A", Next="Nowhere"), "A -> Nowhere"),
        (dangling, broken("C", Default="Nowhere"), "C -> Nowhere"),
        (dangling, broken("C", Choices=[{"Next": "Nowhere"}]), "C -> Nowhere"),
        # a state of the machine around it cannot be reached from an item's own states
        (dangling, broken("D", End=None, Next="E"), "D -> E"),
        (unreachable, broken("A", Next="C"), "B"),
        (without_a_way_on, broken("D", End=None), "D"),
        (without_a_way_on, broken("C", Default=None), "C"),
        (careless_tasks, broken("A", TimeoutSeconds=None), "A"),
        (careless_tasks, broken("A", Retry=None), "A"),
        (careless_tasks, broken("A", Catch=[{"ErrorEquals": ["X"], "Next": "C"}]), "A"),
        (
            catch_alls_that_are_not_last,
            broken("A", Retry=[{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["X"]}]),
            "A",
        ),
    ],
)
def test_a_planted_fault_is_found(fault: Any, document: Document, found: str) -> None:
    assert found in fault(document)
