"""CloudFormation will take the template, and the person who deploys it is told what to write."""

import json
import re
import sys
from typing import Any

import pytest
from cfnlint.api import lint, lint_file  # type: ignore[import-untyped]
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]

from tests.template.documents import (
    REGION,
    ROOT,
    definition,
    machines,
    read,
    resources,
    root,
    tokens,
    transformed,
)

TEMPLATES = ["template.yaml", *(f"infra/{path.name}" for path in (ROOT / "infra").glob("*.yaml"))]
PLAIN = [path for path in TEMPLATES if not path.endswith(".asl.yaml")]
RULES = ManualArgs(regions=[REGION])
# W3002 says that nested templates need `sam package`, which is how they are deployed,
# W3011 what the template itself leaves out
RULES_AFTER_SAM = ManualArgs(regions=[REGION], ignore_checks=["W3002", "W3011"])
ADDRESSES = {
    "SenderAddress": (
        ["toban@msp.example", "a.b+c@mail.msp.co.jp"],
        ["", "msp.example", "A <a@b>"],
    ),
    "OperatorAddress": (
        ["noc@msp.example"],
        ["", "noc@", "noc@msp", "a@msp.example,b@msp.example"],
    ),
    "MailIdentity": (["", "msp.example", "toban@msp.example"], ["msp", "@", "a@b", "msp.example."]),
    "ProviderPhone": (["", "03-1234-5678", "+81 3 1234 5678"], ["soon", "12", "+81/3"]),
    "ProviderHolidays": (
        ["", "12-30", "12-29,12-30,2026-12-31"],
        ["30.12.", "12-30, 12-31", "2026-12", "12-30,"],
    ),
    "ReferenceTargets": (
        ["", "1.1.1.1:443", "1.1.1.1:443,dns.example:53"],
        ["1.1.1.1", "1.1.1.1:443, 8.8.8.8:443", "https://1.1.1.1"],
    ),
}


def findings(found: Any) -> list[str]:
    return [f"{each.rule.id} {each.message}" for each in found]


def machine_with(document: Any) -> str:
    """Return a template with the definition inlined: cfn-lint reads it only there."""
    written = json.dumps(document)
    for token in tokens(written):
        arn = "arn:aws:lambda:ap-northeast-1:123456789012:function:toban"
        written = written.replace(f"${{{token}}}", arn)
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/toban", "DefinitionString": written}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    return json.dumps({"Resources": {"Machine": machine}})


@pytest.mark.parametrize("path", PLAIN)
def test_a_template_has_no_finding(path: str) -> None:
    assert findings(lint_file(ROOT / path, config=RULES)) == []


@pytest.mark.parametrize("name", machines())
def test_a_definition_has_no_finding(name: str) -> None:
    document = definition(machines()[name])
    assert findings(lint(machine_with(document), config=RULES)) == []


def test_a_word_that_the_states_language_does_not_know_is_found() -> None:
    document = definition(machines()["ConfirmMachine"])
    document["States"]["Recheck"]["Retries"] = []
    assert "Retries" in str(findings(lint(machine_with(document), config=RULES)))


def test_the_transformed_template_has_no_finding() -> None:
    """Actions of policies are looked at only here: cfn-lint skips them while SAM is involved."""
    sys.setrecursionlimit(20_000)  # SAM joins a definition line by line, cfn-lint walks it so too
    assert findings(lint(json.dumps(transformed()), config=RULES_AFTER_SAM)) == []


def test_an_action_that_aws_does_not_know_is_found() -> None:
    mistaken = json.dumps(transformed()).replace("dynamodb:GetItem", "dynamodb:FetchItem", 1)
    assert "fetchitem" in str(findings(lint(mistaken, config=RULES_AFTER_SAM)))


def test_the_translator_turns_every_resource_into_plain_cloudformation() -> None:
    kinds = {each["Type"] for each in transformed()["Resources"].values()}
    assert [kind for kind in kinds if kind.startswith("AWS::Serverless")] == []


def test_whatever_acts_stands_in_the_root() -> None:
    """Globals do not reach a nested stack: a function there would be built for another machine."""
    nested = {each["Type"] for path in PLAIN[1:] for each in read(path)["Resources"].values()}
    services = {kind.split("::")[1] for kind in nested}
    assert services == {
        "CloudWatch",
        "DynamoDB",
        "S3",
        "SES",
        "SNS",
        "Connect",
        "KMS",
        "EC2",
        "AutoScaling",
        "IAM",
    }


@pytest.mark.parametrize("path", PLAIN)
def test_every_parameter_says_what_to_write(path: str) -> None:
    for name, parameter in read(path)["Parameters"].items():
        assert parameter["Description"].endswith("."), name
        assert "AllowedPattern" not in parameter or "ConstraintDescription" in parameter, name


def test_every_parameter_stands_in_a_group_of_the_console_s_form() -> None:
    groups = root()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(root()["Parameters"])


def test_only_what_nobody_but_the_provider_knows_has_no_default() -> None:
    parameters = root()["Parameters"].items()
    asked = {name for name, parameter in parameters if "Default" not in parameter}
    assert asked == {"SenderAddress", "OperatorAddress"}


@pytest.mark.parametrize(
    ("parameter", "text", "right"),
    [
        (name, text, right)
        for name, examples in ADDRESSES.items()
        for right, texts in zip((True, False), examples, strict=True)
        for text in texts
    ],
)
def test_a_parameter_takes_the_right_and_refuses_the_wrong(
    parameter: str, text: str, right: bool
) -> None:
    pattern = root()["Parameters"][parameter]["AllowedPattern"]
    assert (re.fullmatch(pattern, text) is not None) is right


def test_what_may_be_left_empty_is_empty_unless_somebody_fills_it_in() -> None:
    """`sam deploy --guided` takes an empty answer for the default."""
    for name, parameter in root()["Parameters"].items():
        if "empty for" in parameter["Description"].lower():
            assert parameter["Default"] == "", name


def test_every_pattern_accepts_its_parameter_s_default() -> None:
    for name, parameter in root()["Parameters"].items():
        if "AllowedPattern" in parameter and "Default" in parameter:
            assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"]), name


def test_a_nested_template_is_given_exactly_its_parameters() -> None:
    for properties in resources(root(), "AWS::CloudFormation::Stack").values():
        nested = read(properties["TemplateURL"])
        assert properties["Parameters"].keys() == nested["Parameters"].keys()


def test_every_output_of_a_nested_template_that_is_used_exists_and_the_other_way_round() -> None:
    text = json.dumps({**root(), "Transform": None})
    used = set(re.findall(r"(\w+)(?:\", \")?\.?Outputs\.(\w+)", text))
    nested = resources(root(), "AWS::CloudFormation::Stack")
    given = {
        (name, output)
        for name, properties in nested.items()
        for output in read(properties["TemplateURL"])["Outputs"]
    }
    assert given - used <= {("Mail", "ConfigurationSet")}
    assert used <= given


def test_every_output_says_what_it_is() -> None:
    assert [name for name, each in root()["Outputs"].items() if not each.get("Description")] == []
