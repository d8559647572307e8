"""A right is one that AWS looks for where it looks: at the resources that an action touches."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint  # type: ignore[import-untyped]

from tests.template.documents import Document, read, resources, root, transformed
from tests.template.test_least_privilege import listed, statements

REFERENCE = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
"""AWS's Service Authorization Reference, as cfn-lint carries it."""

LOOKED_AT_NEVERTHELESS = {"states:SendTaskSuccess", "connect:StartOutboundVoiceContact"}
"""The reference names no resource, and yet AWS answers by the machine (aws/aws-cdk#8486), and by
the instance of the call or what is in it: earlier editions named the contact.
"""

OF_A_NAT_INSTANCE = {
    "ec2:AssociateAddress": {"elastic-ip", "instance", "network-interface"},
    "ec2:CreateRoute": {"instance", "route-table"},
    "ec2:ReplaceRoute": {"instance", "route-table"},
}
"""What its calls touch by any edition of the reference: the instance of a route by some only."""


@cache
def reference() -> Any:
    return json.loads(REFERENCE.read_text(encoding="utf-8"))


def resource_types(action: str) -> set[str]:
    service, name = action.lower().split(":")
    actions = {each.lower(): about for each, about in reference()[service]["Actions"].items()}
    return set(actions[name].get("Resources", ()))


def granted() -> list[Document]:
    nested = [
        each["TemplateURL"] for each in resources(root(), "AWS::CloudFormation::Stack").values()
    ]
    kinds = ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy")
    found = [
        resources(each, kind) for each in [transformed(), *map(read, nested)] for kind in kinds
    ]
    return [each for each in statements(found) if "Resource" in each]


def test_a_right_on_a_resource_is_one_that_aws_looks_for_there() -> None:
    """Where it looks at no resource, a right that names one allows nothing."""
    bound = {
        action
        for each in granted()
        for action in listed(each["Action"])
        if "*" not in listed(each["Resource"])
    }
    assert {each for each in bound if not resource_types(each)} == LOOKED_AT_NEVERTHELESS


def test_a_nat_instance_has_its_rights_on_all_that_its_calls_touch() -> None:
    role = read("infra/network.yaml")["Resources"]["InstanceRole"]
    for action, touched in OF_A_NAT_INSTANCE.items():
        assert resource_types(action) <= touched
        mine = [
            each for each in statements(role["Properties"]["Policies"]) if action in each["Action"]
        ]
        on = json.dumps([each["Resource"] for each in mine])
        assert {each for each in touched if f":{each}/" in on} == touched, action
