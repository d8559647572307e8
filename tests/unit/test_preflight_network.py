"""Whether the stack's network can be made in the account, its NAT instances included."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.preflight.network import NAT_INSTANCE
from infra.preflight.result import Deployment, Mark
from tests.unit.asked_account import AFTER, BEFORE, READY, results


def running(*types: str, **more: Any) -> dict[str, Any]:
    processors = {"CoreCount": 2, "ThreadsPerCore": 1}
    found = [{"InstanceType": each, "CpuOptions": processors, **more} for each in types]
    return {"ec2.describe_instances": {"Reservations": [{"Instances": found}]}}


def test_before_there_is_a_stack_its_network_is_looked_for() -> None:
    found = results(BEFORE)

    assert found["zones"].seen == "ap-northeast-1a, ap-northeast-1c"
    assert found["EC2 quota"].seen == "10 of 10 virtual CPUs are free"
    assert {"zones", "EC2 quota"} & results(AFTER).keys() == set()


@pytest.mark.parametrize(
    ("deployment", "marks"),
    [(BEFORE, {Mark.DOUBTFUL}), (replace(AFTER, egress="nat-instances"), {Mark.BAD})],
    ids=["before", "nat-instances"],
)
def test_nat_instances_want_a_zone_that_has_them_and_processors_that_are_free(
    deployment: Deployment, marks: set[Mark]
) -> None:
    others = running(*["m7g.large"] * 4, "p5.48xlarge")
    elsewhere = {"InstanceTypeOfferings": [{"Location": "ap-northeast-1a"}]}
    found = results(
        deployment, READY | others | {"ec2.describe_instance_type_offerings": elsewhere}
    )

    assert found["zones"].seen == "no t4g.nano in ap-northeast-1c"
    assert found["EC2 quota"].seen == "2 of 10 virtual CPUs are free"
    assert {found[each].mark for each in ("zones", "EC2 quota")} == marks


def test_the_network_of_the_stack_wants_a_place_among_those_of_the_account() -> None:
    full = {"ec2.describe_vpcs": {"Vpcs": [{"VpcId": "vpc-0a"}] * 10}}

    assert results(BEFORE)["networks"].seen == "9 of 10 networks (VPCs) are free"
    assert results(BEFORE, READY | full)["networks"].mark is Mark.BAD
    assert "networks" not in results(AFTER, READY | full)


def test_spot_instances_take_nothing_of_the_quota() -> None:
    answers = READY | running("m7g.large", InstanceLifecycle="spot")

    assert results(BEFORE, answers)["EC2 quota"].seen == "10 of 10 virtual CPUs are free"


def test_without_default_subnets_cloudformation_takes_the_first_of_all_zones() -> None:
    every = {"AvailabilityZones": [{"ZoneName": "eu-west-9a"}]}
    answers = READY | {
        "ec2.describe_subnets": {"Subnets": []},
        "ec2.describe_availability_zones": every,
    }

    assert results(BEFORE, answers)["zones"].mark is Mark.BAD


def test_the_instances_that_are_asked_for_are_those_of_the_template() -> None:
    written = Path("infra/network.yaml").read_text(encoding="utf-8")

    assert re.findall(r"InstanceType: (\S+)", written) == [NAT_INSTANCE]
