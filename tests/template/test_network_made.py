"""What CloudFormation makes of infra/network.yaml, each way out in an account of its own."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.template.documents import REGION, Document, read

TOPIC = f"arn:aws:sns:{REGION}:123456789012:toban-alarms"


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nobody")
    with mock_aws():
        yield


def ec2() -> Any:
    return boto3.client("ec2", region_name=REGION)


def template() -> Document:
    """Return the template without its alarms, which moto's CloudFormation does not make."""
    document = read("infra/network.yaml")
    kept = {
        name: each
        for name, each in document["Resources"].items()
        if each["Type"] != "AWS::CloudWatch::Alarm"
    }
    return document | {"Resources": kept}


def made(egress: str, **given: str) -> dict[str, list[str]]:
    """Create the stack; return its outputs, each as a list."""
    names = ("Allocations", "Addresses", "ExistingVpc", "ExistingSubnets")
    values = dict.fromkeys(names, "") | {"Name": "toban", "Egress": egress, "Alarms": TOPIC} | given
    client = boto3.client("cloudformation", region_name=REGION)
    client.create_stack(
        StackName="network",
        TemplateBody=json.dumps(template()),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": each} for name, each in values.items()
        ],
        Capabilities=["CAPABILITY_IAM"],
    )
    (stack,) = client.describe_stacks(StackName="network")["Stacks"]
    return {each["OutputKey"]: each["OutputValue"].split(",") for each in stack["Outputs"]}


def gateways() -> dict[str, str]:
    """Return the public address of each NAT gateway, by its id."""
    found = ec2().describe_nat_gateways()["NatGateways"]
    return {each["NatGatewayId"]: each["NatGatewayAddresses"][0]["PublicIp"] for each in found}


def ways_out() -> list[str]:
    """Return the address behind each private route table; its routes lead to one NAT gateway."""
    tables = ec2().describe_route_tables()["RouteTables"]
    leading = [{each.get("NatGatewayId") for each in table["Routes"]} - {None} for table in tables]
    return [gateways()[name] for (name,) in filter(None, leading)]


@pytest.mark.clause("C-9")
def test_one_gateway_carries_both_zones_from_the_first_of_the_addresses_that_are_told() -> None:
    told = made("nat-gateway")
    assert len(told["Addresses"]) == 2
    assert ways_out() == [told["Addresses"][0]] * 2


@pytest.mark.clause("C-9")
def test_two_gateways_carry_a_zone_each_from_the_addresses_that_are_told() -> None:
    told = made("two-nat-gateways")
    assert sorted(ways_out()) == sorted(told["Addresses"])


@pytest.mark.clause("C-9")
def test_addresses_that_the_account_has_already_are_taken_up_again() -> None:
    kept = [ec2().allocate_address(Domain="vpc") for _ in range(2)]
    addresses = [each["PublicIp"] for each in kept]
    told = made(
        "two-nat-gateways",
        Allocations=",".join(each["AllocationId"] for each in kept),
        Addresses=",".join(addresses),
    )
    assert told["Addresses"] == addresses
    assert sorted(ways_out()) == sorted(addresses)
    assert len(ec2().describe_addresses()["Addresses"]) == 2


def test_a_closed_network_keeps_its_addresses_free_and_has_no_way_out() -> None:
    told = made("closed")
    assert len(told["Addresses"]) == 2
    assert ways_out() == []
    assert not any("AssociationId" in each for each in ec2().describe_addresses()["Addresses"])


def test_a_network_that_exists_is_used_as_it_is() -> None:
    network = ec2().create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    told = made(
        "existing", ExistingVpc=network, ExistingSubnets="subnet-0a", Addresses="198.51.100.7"
    )
    assert (told["Subnets"], told["Addresses"]) == (["subnet-0a"], ["198.51.100.7"])
    (group,) = ec2().describe_security_groups(GroupIds=told["SecurityGroup"])["SecurityGroups"]
    assert (group["VpcId"], group["IpPermissions"]) == (network, [])
