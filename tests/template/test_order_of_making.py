"""Whatever is chosen: CloudFormation finds an order, and nothing names what is not made."""

from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.template.documents import Document, deployed, packaged, root
from tests.template.graph import made, named, nested
from tests.template.test_deployment import ALLOCATED, EXISTING, INSTANCE

TELEPHONE = {"ConnectInstanceArn": INSTANCE, "ConnectNumber": "+81501234567"}
CHOICES: list[Document] = [
    {},
    *({"Egress": each} for each in root()["Parameters"]["Egress"]["AllowedValues"][1:3]),
    {"Egress": "closed"},
    {"Egress": "none"},
    {"Egress": "none", "EgressAddresses": "198.51.100.7"},
    EXISTING,
    ALLOCATED,
    ALLOCATED | {"Egress": "nat-instances"},
    TELEPHONE,
    TELEPHONE | {"ConnectFlowArn": f"{INSTANCE}/contact-flow/0b", "Egress": "none"},
    {"CanaryAddress": "none"},
    {"CreateMailIdentity": "false", "MailIdentity": "msp.example"},
    {"GraphsAddress": "https://graphs.msp.example", "GraphsAtOnce": "0"},
    {"GradualRollOut": "true", "TraceExecutions": "true"},
]
EVERY_CHOICE = pytest.mark.parametrize(
    "chosen", CHOICES, ids=lambda each: " ".join(each.values()) or "defaults"
)


@cache
def transformed(gradual: str) -> Document:
    """Return the root as CloudFormation gets it; SAM itself looks at this one parameter only."""
    return deployed(packaged(), GradualRollOut=gradual)


def stacks(chosen: Document) -> Iterator[tuple[str, Document, Document]]:
    """Yield the root and every nested stack that is made, with its template and parameters."""
    document = transformed(chosen.get("GradualRollOut", "false"))
    yield "root", document, chosen
    yield from nested(document, chosen)


@EVERY_CHOICE
def test_there_is_an_order_in_which_everything_can_be_made(chosen: Document) -> None:
    for _, document, parameters in stacks(chosen):
        resources = made(document, parameters)
        order = {name: named(each) & resources.keys() for name, each in resources.items()}
        TopologicalSorter(order).prepare()  # raises CycleError, which names the circle


@EVERY_CHOICE
def test_nothing_names_what_is_not_made(chosen: Document) -> None:
    for stack, document, parameters in stacks(chosen):
        resources = made(document, parameters)
        there = resources.keys() | document["Parameters"].keys()
        for part in (resources, made(document, parameters, "Outputs")):
            for name, each in part.items():
                missing = {found for found in named(each) - there if "::" not in found}
                assert missing == set(), f"{stack}: {name}"


@EVERY_CHOICE
def test_every_output_of_a_nested_stack_that_is_used_has_a_value(chosen: Document) -> None:
    for stack, document, parameters in nested(transformed("false"), chosen):
        outputs = made(document, parameters, "Outputs")
        assert outputs.keys() == document["Outputs"].keys(), stack
        assert [name for name, each in outputs.items() if not each.get("Value")] == [], stack


@EVERY_CHOICE
def test_what_is_kept_when_the_stack_goes_hangs_on_nothing_that_goes_with_it(
    chosen: Document,
) -> None:
    """An identity whose default configuration set is gone, say, sends no mail of anybody."""
    for stack, document, parameters in nested(transformed("false"), chosen):
        resources = made(document, parameters)
        kept = {name for name, each in resources.items() if "Retain" in deleted(each)}
        for name in kept:
            lost = named(resources[name]["Properties"]) & (resources.keys() - kept)
            assert lost == set(), f"{stack}: {name}"


def deleted(resource: Document) -> str:
    return str(resource.get("DeletionPolicy", "Delete"))


def test_a_circle_and_a_name_of_what_is_left_out_are_found() -> None:
    first = {
        "Type": "T",
        "Properties": {"Of": {"Fn::Sub": "${Second.Arn} ${!Literal} ${AWS::Region}"}},
    }
    second = {"Type": "T", "DependsOn": "First", "Of": {"Fn::GetAtt": ["Third", "Arn"]}}
    third = {"Type": "T", "Condition": "Chosen"}
    document = {
        "Parameters": {"Choice": {"Default": "no"}},
        "Conditions": {"Chosen": {"Fn::Equals": [{"Ref": "Choice"}, "yes"]}},
        "Resources": {"First": first, "Second": second, "Third": third},
    }
    resources = made(document, {})
    order = {name: named(each) & resources.keys() for name, each in resources.items()}
    with pytest.raises(CycleError):
        TopologicalSorter(order).prepare()
    assert named(resources["Second"]) - resources.keys() == {"Third"}
    assert made(document, {"Choice": "yes"}).keys() == {"First", "Second", "Third"}
