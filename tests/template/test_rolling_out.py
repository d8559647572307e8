"""A deployment publishes what it changed, and what runs ends on the code that it began on."""

import re
from typing import Any

import pytest

from tests.template.documents import (
    ROOT,
    Document,
    deployed,
    functions,
    packaged,
    read,
    resources,
    root,
    transformed,
)

EVERY_FUNCTION = pytest.mark.parametrize("name", functions())
EVERY_LAYER = pytest.mark.parametrize("layer", resources(root(), "AWS::Serverless::LayerVersion"))
GRADUALLY = {"RunChecksFunction", "ServeGraphsFunction"}
"""What many ask at once and nobody waits for the end of: a tenth of it tells something."""


def versions(document: Document) -> dict[str, str]:
    """Return the logical id of each function's version, by the function's."""
    found = resources(document, "AWS::Lambda::Version")
    return {each["FunctionName"]["Ref"]: logical_id for logical_id, each in found.items()}


@EVERY_FUNCTION
def test_versions_are_left_to_what_still_runs_on_them(name: str) -> None:
    version = transformed()["Resources"][versions(transformed())[name]]
    assert (version["DeletionPolicy"], version["UpdateReplacePolicy"]) == ("Retain", "Retain")


@EVERY_FUNCTION
def test_a_changed_parameter_publishes_every_function_anew(name: str) -> None:
    version = transformed()["Resources"][versions(transformed())[name]]
    # a changed description replaces a version; a changed setting is something to publish
    assert version["Properties"]["Description"] == {"Fn::Sub": "settings ${SettingsOnRecord}"}
    settings = transformed()["Resources"][name]["Properties"]["Environment"]["Variables"]
    assert settings["SETTINGS_ON_RECORD"] == {"Ref": "SettingsOnRecord"}


def test_the_record_of_a_deployment_names_every_parameter() -> None:
    content = root()["Resources"]["SettingsOnRecord"]["Properties"]["Content"]["Fn::Sub"]
    named = dict(line.split("=", 1) for line in content.splitlines())
    assert named == {name: f"${{{name}}}" for name in root()["Parameters"]}


@EVERY_LAYER
def test_a_changed_layer_publishes_the_functions_that_carry_it(layer: str) -> None:
    changed = packaged()
    changed["Resources"][layer]["Properties"]["ContentUri"]["Key"] = "changed.zip"
    old, new = versions(transformed()), versions(deployed(changed))
    carry = {name for name, each in functions().items() if {"Ref": layer} in each.get("Layers", [])}
    wanted = set(functions()) if layer == "CoreLayer" else carry
    assert {name for name in old if old[name] != new[name]} == wanted


def test_what_did_not_change_is_not_published_anew() -> None:
    assert versions(deployed(packaged())) == versions(transformed())


def test_everybody_but_a_machine_calls_what_is_live() -> None:
    for schedule in resources(transformed(), "AWS::Scheduler::Schedule").values():
        assert schedule["Target"]["Arn"]["Ref"].endswith("FunctionAliaslive")
    for url in resources(transformed(), "AWS::Lambda::Url").values():
        assert url["TargetFunctionArn"]["Ref"].endswith("FunctionAliaslive")
    for config in resources(transformed(), "AWS::Lambda::EventInvokeConfig").values():
        assert config["Qualifier"] == "live"


def test_checks_and_pages_go_over_step_by_step_when_the_operator_wants_it() -> None:
    document = deployed(packaged(), GradualRollOut="true")
    groups = resources(document, "AWS::CodeDeploy::DeploymentGroup")
    assert {name.removesuffix("DeploymentGroup") for name in groups} == GRADUALLY
    for group in groups.values():
        assert group["ServiceRoleArn"] == {"Fn::GetAtt": ["RollOutRole", "Arn"]}
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert resources(transformed(), "AWS::CodeDeploy::DeploymentGroup") == {}


def test_the_alarms_that_take_a_deployment_back_are_alarms_of_the_stack() -> None:
    alarms = resources(read("infra/watchdog.yaml"), "AWS::CloudWatch::Alarm").values()
    names = {each["AlarmName"]["Fn::Sub"].removeprefix("${Name}") for each in alarms}
    for name in GRADUALLY:
        for alarm in functions()[name]["DeploymentPreference"]["Alarms"]:
            assert alarm["Fn::Sub"].removeprefix("${AWS::StackName}") in names


def test_the_role_that_shifts_may_reach_no_other_function() -> None:
    policy: Any = root()["Resources"]["RollOutRole"]["Properties"]["Policies"][0]
    shift, _ = policy["PolicyDocument"]["Statement"]
    reached = {re.findall(r"\w+Function", each["Fn::Sub"])[0] for each in shift["Resource"]}
    assert reached == GRADUALLY


def test_the_template_has_room_for_more_functions() -> None:
    """CloudFormation takes 500 resources; a function makes five."""
    assert len(transformed()["Resources"]) < 450
    assert (ROOT / "template.yaml").stat().st_size < 1_000_000
