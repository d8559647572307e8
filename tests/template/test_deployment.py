"""The template fits what AWS allows, and combinations that cannot work are refused at once."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.preflight.capacity import ROLES_NEEDED
from tests.template.documents import ROOT, Document, functions, read, resources, root, transformed

LONGEST_STACK_NAME = 32
"""docs/deploy.md tells it; a function's whole name may have 64 characters."""

IDS = {
    "AWS::Partition": "aws",
    "AWS::Region": "ap-northeast-1",
    "AWS::AccountId": "123456789012",
    "AWS::StackName": "t" * LONGEST_STACK_NAME,
}
LONGEST_OUTPUT = 128
"""A bucket's name has at most 63 characters, the ARN of a key 90, two addresses 31."""

INSTANCE = "arn:aws:connect:ap-northeast-1:123456789012:instance/0a"
EXISTING = {
    "Egress": "existing",
    "ExistingVpc": "vpc-0a",
    "ExistingSubnets": "subnet-0a",
    "EgressAddresses": "198.51.100.7",
}
ALLOCATED = {"EgressAllocations": "eipalloc-0a,eipalloc-0b", "EgressAddresses": "198.51.100.7"}

WORKS: list[Document] = [
    {},
    {"Egress": "none"},
    {"Egress": "none", "EgressAddresses": "198.51.100.7"},
    EXISTING,
    ALLOCATED,
    ALLOCATED | {"Egress": "nat-instances"},
    {"ConnectInstanceArn": INSTANCE, "ConnectNumber": "+81501234567"},
    {"ConnectInstanceArn": INSTANCE, "ConnectQueueArn": f"{INSTANCE}/queue/0b"},
]
CANNOT_WORK: list[tuple[Document, str]] = [
    ({"ConnectNumber": "+81501234567"}, "ConnectInstanceArn only"),
    ({"ConnectTraffic": "CAMPAIGN"}, "ConnectInstanceArn only"),
    ({"CanaryNumber": "+81312345678"}, "ConnectInstanceArn only"),
    ({"ConnectInstanceArn": INSTANCE}, "no number to come from"),
    (EXISTING | {"ExistingVpc": ""}, "needs ExistingVpc"),
    (EXISTING | {"ExistingSubnets": ""}, "needs ExistingSubnets"),
    (EXISTING | {"EgressAddresses": ""}, "needs EgressAddresses"),
    (EXISTING | {"Egress": "none"}, "with Egress existing only"),
    (ALLOCATED | {"EgressAddresses": ""}, "write their addresses"),
    (ALLOCATED | {"Egress": "none"}, "with a network of this stack only"),
    ({"EgressAddresses": "198.51.100.7"}, "Leave EgressAddresses empty"),
]


RULE_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "Fn::Equals": lambda pair: pair[0] == pair[1],
    "Fn::Contains": lambda pair: pair[1] in pair[0],
    "Fn::Not": lambda conditions: not conditions[0],
    "Fn::And": all,
    "Fn::Or": any,
}


def value(written: Any, given: Document) -> Any:
    """Return what a rule's function comes to, with these values of parameters."""
    if isinstance(written, list):
        return [value(each, given) for each in written]
    if not isinstance(written, dict):
        return written
    ((function, operands),) = written.items()
    if function == "Ref":
        return given[operands]
    return RULE_FUNCTIONS[function](value(operands, given))


def refusals(chosen: Document) -> list[str]:
    """Return what CloudFormation would answer to these parameters."""
    given = {name: each.get("Default") for name, each in root()["Parameters"].items()} | chosen
    return [
        assertion["AssertDescription"]
        for rule in root()["Rules"].values()
        if value(rule["RuleCondition"], given)
        for assertion in rule["Assertions"]
        if not value(assertion["Assert"], given)
    ]


@pytest.mark.parametrize("chosen", WORKS, ids=lambda each: " ".join(each) or "defaults")
def test_what_works_together_is_taken(chosen: Document) -> None:
    assert refusals(chosen) == []


@pytest.mark.parametrize(("chosen", "told"), CANNOT_WORK, ids=lambda each: str(each)[-40:])
def test_what_cannot_work_together_is_refused_with_what_to_write(
    chosen: Document, told: str
) -> None:
    (refusal,) = refusals(chosen)
    assert told in refusal


def test_every_rule_is_shown_by_a_combination_that_it_refuses() -> None:
    descriptions = {
        each["AssertDescription"]
        for rule in root()["Rules"].values()
        for each in rule["Assertions"]
    }
    assert {told for chosen, _ in CANNOT_WORK for told in refusals(chosen)} == descriptions


@pytest.mark.clause("C-9")
def test_the_addresses_are_fixed_unless_somebody_chose_otherwise() -> None:
    assert root()["Parameters"]["Egress"]["Default"] == "nat-gateway"


def nested() -> list[str]:
    found = resources(root(), "AWS::CloudFormation::Stack").values()
    return [str(each["TemplateURL"]) for each in found]


def documents() -> list[Document]:
    return [transformed(), *(read(path) for path in nested())]


def test_each_template_is_as_cloudformation_takes_it() -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
    for document in documents():
        assert len(json.dumps(document).encode()) < 1_000_000
        assert len(document["Resources"]) <= 500
        assert len(document["Parameters"]) <= 200
        assert len(document["Outputs"]) <= 200
        assert len(document["Description"].encode()) <= 1024


def test_the_root_is_small_enough_before_it_is_transformed() -> None:
    assert (ROOT / "template.yaml").stat().st_size < 1_000_000


def test_a_parameter_s_value_is_as_long_as_cloudformation_takes_it() -> None:
    for document in documents():
        for parameter in document["Parameters"].values():
            assert len(str(parameter.get("Default", "")).encode()) <= 4096
            assert len(parameter["Description"]) <= 4000


def test_a_role_has_as_much_in_its_policies_as_iam_takes() -> None:
    for name, role in resources(transformed(), "AWS::IAM::Role").items():
        written = json.dumps(role.get("Policies", []), separators=(",", ":"))
        assert len(written) <= 10_240, name


def test_preflight_looks_for_room_for_every_role_whatever_is_chosen() -> None:
    made = [name for each in documents() for name in resources(each, "AWS::IAM::Role")]
    assert len(made) <= ROLES_NEEDED


def longest(setting: Any) -> int:
    """Return how many characters a variable of the environment may come to have."""
    if isinstance(setting, str):
        return len(setting)
    ((function, operand),) = setting.items()
    match function:
        case "Ref":
            return longest_reference(operand)
        case "Fn::Sub":
            text = str(operand)
            for name, found in IDS.items():
                text = text.replace(f"${{{name}}}", found)
            return len(text)
        case "Fn::If":
            return max(longest(each) for each in operand[1:])
    return LONGEST_OUTPUT


def longest_reference(name: str) -> int:
    if name in IDS:
        return len(IDS[name])
    if name in root()["Resources"]:
        return LONGEST_OUTPUT
    parameter = root()["Parameters"][name]
    if "AllowedValues" in parameter:
        return max(len(str(each)) for each in parameter["AllowedValues"])
    return int(parameter.get("MaxLength") or len(str(parameter.get("MaxValue", "+" * 26))))


def test_the_settings_fit_into_a_function_whatever_is_written_into_them() -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 4 KB altogether."""
    settings = root()["Globals"]["Function"]["Environment"]["Variables"]
    assert sum(len(name) + longest(each) for name, each in settings.items()) <= 4096


def test_the_longest_name_of_a_stack_leaves_room_for_every_function() -> None:
    names = [each["FunctionName"]["Fn::Sub"] for each in functions().values()]
    given = [each.replace("${AWS::StackName}", IDS["AWS::StackName"]) for each in names]
    assert [each for each in given if len(each) > 64] == []
