"""What a machine does when Lambda did not call a function, or the way to it was broken."""

import pytest

from tests.template.documents import definition, functions, machines, tasks

EVERY_MACHINE = pytest.mark.parametrize("machine", machines())
FAULTS_OF_AWS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
"""What Lambda or the way to it answers in passing (Step Functions guide, "Best practices")."""
ASLEEP = {"Lambda.ResourceNotReadyException", "Lambda.ResourceConflictException"}
"""What Lambda answers while a function gets its place in the network back (0177)."""


@EVERY_MACHINE
def test_a_function_that_lambda_did_not_call_is_called_again(machine: str) -> None:
    for name, state, _ in tasks(definition(machines()[machine])):
        retried = {error for rule in state["Retry"] for error in rule["ErrorEquals"]}
        assert retried & {"States.ALL", "States.TaskFailed"} or retried >= FAULTS_OF_AWS, name


@EVERY_MACHINE
def test_a_function_in_the_network_that_rested_for_weeks_is_called_until_it_is_awake(
    machine: str,
) -> None:
    for name, state, function in tasks(definition(machines()[machine])):
        if "VpcConfig" in functions()[function]:
            first = state["Retry"][0]
            assert set(first["ErrorEquals"]) == ASLEEP, name
            waits = first["IntervalSeconds"] * first["MaxAttempts"]
            assert first["BackoffRate"] == 1, name
            assert waits == (15 if name == "CollectDiagnostics" else 120), name
