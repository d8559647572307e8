"""Can the network of the stack be made in the account, its two NAT instances included?"""

from collections.abc import Iterator
from typing import Any

from infra.preflight.capacity import quota
from infra.preflight.result import Clients, Deployment, Mark, PreflightResult

NAT_INSTANCE = "t4g.nano"
"""What infra/network.yaml starts."""

_INSTANCES = "nat-instances"
_ZONES_NEEDED = 2
_NETWORKS = "L-F678F1CE"
_PROCESSORS = "L-1216C47A"
_PROCESSORS_OF_TWO = 4
_STANDARD = tuple("acdhimrtz")
"""What the names of types begin with that share the quota of Running On-Demand Standard
instances.
"""
_ONLY_FOR = f"For Egress {_INSTANCES} only: "


def networks(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """VPCs: room for one more, before the stack has made its own."""
    if deployment.stack:
        return
    most = int(quota(clients("service-quotas"), "vpc", _NETWORKS))
    pages = clients("ec2").get_paginator("describe_vpcs").paginate()
    free = max(0, most - sum(len(page["Vpcs"]) for page in pages))
    seen = f"{free} of {most} networks (VPCs) are free"
    if free:
        yield PreflightResult(Mark.GOOD, "networks", seen)
        return
    mend = (
        "Ask for more under Service Quotas, Amazon VPC, VPCs per Region, or deploy with a network "
        "of yours (Egress existing)."
    )
    yield PreflightResult(Mark.BAD, "networks", seen, mend)


def zones(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """Availability zones: the two that the template takes, and whether they have its instances."""
    if not _concerned(deployment):
        return
    ec2 = clients("ec2")
    taken = _first_two(ec2)
    if len(taken) < _ZONES_NEEDED:
        mend = "Make a default subnet in a second zone (aws ec2 create-default-subnet)."
        yield PreflightResult(
            Mark.BAD, "zones", f"CloudFormation sees {', '.join(taken) or 'none'}", mend
        )
        return
    without = sorted({*taken} - _offering(ec2, taken))
    if without:
        mend = "Deploy with another Egress, or with a network of yours (existing)."
        seen = f"no {NAT_INSTANCE} in {', '.join(without)}"
        yield _of_instances(deployment, "zones", seen, mend)
    else:
        yield PreflightResult(Mark.GOOD, "zones", ", ".join(taken))


def processors(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """EC2: room for two NAT instances, and for two successors that come before they go."""
    if not _concerned(deployment):
        return
    most = int(quota(clients("service-quotas"), "ec2", _PROCESSORS))
    free = max(0, most - _running(clients("ec2")))
    seen = f"{free} of {most} virtual CPUs are free"
    needed = _PROCESSORS_OF_TWO * (2 if deployment.addresses is None else 1)
    if free >= needed:
        yield PreflightResult(Mark.GOOD, "EC2 quota", seen)
        return
    mend = (
        f"Ask under Service Quotas, EC2, Running On-Demand Standard instances, for {needed} free."
    )
    yield _of_instances(deployment, "EC2 quota", seen, mend)


def _concerned(deployment: Deployment) -> bool:
    """Before there is a stack, nobody has told how it shall get out."""
    return deployment.addresses is None or deployment.egress == _INSTANCES


def _of_instances(deployment: Deployment, subject: str, seen: str, mend: str) -> PreflightResult:
    if deployment.egress == _INSTANCES:
        return PreflightResult(Mark.BAD, subject, seen, mend)
    return PreflightResult(Mark.DOUBTFUL, subject, seen, _ONLY_FOR + mend[0].lower() + mend[1:])


def _first_two(ec2: Any) -> list[str]:
    """Return what Fn::GetAZs begins with: zones with a default subnet, all where none has one."""
    wanted = [{"Name": "default-for-az", "Values": ["true"]}]
    found = {each["AvailabilityZone"] for each in ec2.describe_subnets(Filters=wanted)["Subnets"]}
    if not found:
        usual = [{"Name": "zone-type", "Values": ["availability-zone"]}]
        known = ec2.describe_availability_zones(Filters=usual)["AvailabilityZones"]
        found = {each["ZoneName"] for each in known}
    return sorted(found)[:_ZONES_NEEDED]


def _offering(ec2: Any, taken: list[str]) -> set[str]:
    wanted = [
        {"Name": "instance-type", "Values": [NAT_INSTANCE]},
        {"Name": "location", "Values": taken},
    ]
    found = ec2.describe_instance_type_offerings(LocationType="availability-zone", Filters=wanted)
    return {each["Location"] for each in found["InstanceTypeOfferings"]}


def _running(ec2: Any) -> int:
    """Return the virtual CPUs that share the quota; what is bought as spot has one of its own."""
    running = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    pages = ec2.get_paginator("describe_instances").paginate(Filters=running)
    found = [each for page in pages for part in page["Reservations"] for each in part["Instances"]]
    return sum(
        each["CpuOptions"]["CoreCount"] * each["CpuOptions"]["ThreadsPerCore"]
        for each in found
        if each["InstanceType"].startswith(_STANDARD) and "InstanceLifecycle" not in each
    )
