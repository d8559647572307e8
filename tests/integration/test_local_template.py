"""The repository's own template runs on one machine: nothing in it is skipped."""

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from infra.local import stack
from infra.local.resource_types import unknown_types
from infra.local.system import TEMPLATE, LocalSystem

NEEDED = {"SenderAddress": "toban@msp.example", "OperatorAddress": "operator@msp.example"}


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with LocalSystem(speed=1.0, parameters=NEEDED) as started:
        yield started


def test_every_resource_type_of_the_template_is_known() -> None:
    kinds = set(stack.resource_types(stack.read(TEMPLATE)))

    assert "AWS::StepFunctions::StateMachine" in kinds
    assert "AWS::DynamoDB::Table" in kinds, "the nested templates count as well"
    assert unknown_types(kinds) == []


def test_every_function_of_the_template_can_be_called(system: LocalSystem) -> None:
    functions = system.client("lambda").list_functions()["Functions"]

    for function in functions:
        module, _, handler = function["Handler"].rpartition(".")
        assert callable(getattr(import_module(module), handler)), function["FunctionName"]
    declared = yaml_parse(TEMPLATE.read_text())["Resources"].values()
    assert len(functions) == len([r for r in declared if r["Type"] == "AWS::Serverless::Function"])


def test_every_function_gets_the_environment_of_the_globals(system: LocalSystem) -> None:
    declared = set(
        yaml_parse(TEMPLATE.read_text())["Globals"]["Function"]["Environment"]["Variables"]
    )

    for function in system.client("lambda").list_functions()["Functions"]:
        variables = function["Environment"]["Variables"]
        assert set(variables) >= declared
        values = map(str, variables.values())  # CloudFormation makes text of numbers
        assert not [value for value in values if "${" in value or value == "None"]


def test_every_substitution_of_the_machines_is_made(system: LocalSystem) -> None:
    client = system.client("stepfunctions")
    machines = client.list_state_machines()["stateMachines"]

    assert machines
    for machine in machines:
        definition = client.describe_state_machine(stateMachineArn=machine["stateMachineArn"])[
            "definition"
        ]
        assert re.findall(r"\$\{\w+\}", definition) == []


def test_every_schedule_of_the_template_is_fired(system: LocalSystem) -> None:
    listed = system.client("scheduler").list_schedules()["Schedules"]
    names = {each["Name"] for each in listed if each["State"] == "ENABLED"}

    assert {f"every-3-min.phase-{n}" for n in range(3)} <= names
    assert {f"every-5-min.phase-{n}" for n in range(5)} <= names
    assert {arn.rpartition("/")[2] for arn in system.scheduler._plans} == names


def test_a_sender_of_the_template_may_send_mail(system: LocalSystem) -> None:
    identities = system.client("sesv2").list_email_identities()["EmailIdentities"]

    assert [each["IdentityName"] for each in identities] == ["toban@msp.example"]


def test_time_to_live_is_taken_from_the_template(system: LocalSystem) -> None:
    described = system.client("dynamodb").describe_time_to_live(TableName="toban-incidents")

    assert described["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "expires_at",
    }
