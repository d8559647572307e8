"""The way out: who takes it, that nothing comes in by it, and that its addresses are told."""

import ast
import json
import os
import re
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Network, collapse_addresses
from pathlib import Path
from typing import Any

import pytest

from tests.template.documents import Document, functions, read, resources, root
from tests.template.needs import modules_of, parse

OPENS_CONNECTIONS = {"socket", "paramiko"}
"""What a module imports that speaks to servers itself, not by AWS's own client."""
PLACE = {"tags/instance/allocation": "eipalloc-0a", "tags/instance/routes": "rtb-0b"}
TOLD = PLACE | {"instance-id": "i-0c", "placement/region": "eu-central-1", "api/token": "secret"}
COMMANDS = (
    *("aws", "curl", "dd", "dnf", "mkswap", "modprobe"),
    *("shutdown", "sleep", "swapon", "sysctl", "systemctl"),
)


def network() -> Document:
    return read("infra/network.yaml")


def of_kind(kind: str) -> Document:
    return resources(network(), f"AWS::EC2::{kind}")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (each.name.split(".")[0] for each in node.names)
        if isinstance(node, ast.ImportFrom):
            yield str(node.module).split(".")[0]


def reaches_servers(handler: str) -> bool:
    return any(OPENS_CONNECTIONS & set(imported(path)) for path in modules_of(handler))


@pytest.mark.clause("C-9")
@pytest.mark.parametrize("name", functions())
def test_a_function_leaves_by_the_fixed_addresses_exactly_when_it_reaches_servers(
    name: str,
) -> None:
    function = functions()[name]
    assert ("VpcConfig" in function) == reaches_servers(function["Handler"])


def test_whether_a_function_reaches_servers_is_read_from_its_code() -> None:
    assert reaches_servers("probe.run_checks.handler")
    assert reaches_servers("respond.collect_diagnostics.handler")
    assert not reaches_servers("escalate.send_mail.handler")


def test_every_function_in_the_network_is_placed_alike_and_only_where_there_is_one() -> None:
    placed = [each["VpcConfig"] for each in functions().values() if "VpcConfig" in each]
    assert [each for each in placed if each != placed[0]] == []
    condition, inside, outside = placed[0]["Fn::If"]
    assert condition == root()["Resources"]["Network"]["Condition"] == "HasNetwork"
    assert inside == {
        "SubnetIds": {"Fn::Split": [",", {"Fn::GetAtt": ["Network", "Outputs.Subnets"]}]},
        "SecurityGroupIds": [{"Fn::GetAtt": ["Network", "Outputs.SecurityGroup"]}],
    }
    assert outside == {"Ref": "AWS::NoValue"}


def test_nothing_comes_in_but_what_the_functions_send_through_a_nat_instance() -> None:
    groups = of_kind("SecurityGroup")
    assert "SecurityGroupIngress" not in groups["FunctionsGroup"]
    (rule,) = groups["InstancesGroup"]["SecurityGroupIngress"]
    assert rule["SourceSecurityGroupId"] == {"Ref": "FunctionsGroup"}
    assert of_kind("SecurityGroupIngress") == {}


def test_tables_and_buckets_are_reached_by_endpoints_that_cost_nothing() -> None:
    endpoints = of_kind("VPCEndpoint").values()
    assert {each["VpcEndpointType"] for each in endpoints} == {"Gateway"}
    services = {each["ServiceName"]["Fn::Sub"].rpartition(".")[2] for each in endpoints}
    assert services == {"dynamodb", "s3"}


def test_every_private_route_has_the_endpoints() -> None:
    private = {name for name in of_kind("RouteTable") if name != "PublicRoutes"}
    for endpoint in of_kind("VPCEndpoint").values():
        assert set(re.findall(r"'Ref': '(\w+Routes)'", str(endpoint["RouteTableIds"]))) == private


@pytest.mark.clause("C-9")
def test_the_addresses_are_told_to_who_deploys_and_to_the_functions() -> None:
    told = {"Fn::GetAtt": ["Network", "Outputs.Addresses"]}
    given = {"Fn::If": ["HasNetwork", told, {"Ref": "EgressAddresses"}]}
    assert root()["Outputs"]["EgressAddresses"]["Value"] == given
    assert root()["Globals"]["Function"]["Environment"]["Variables"]["EGRESS_ADDRESSES"] == given
    made = network()["Outputs"]["Addresses"]["Value"]["Fn::If"][1]
    assert made == {"Fn::Sub": "${FirstAddress},${SecondAddress}"}


@pytest.mark.clause("C-9")
def test_the_addresses_are_the_same_whatever_stands_behind_them_and_outlive_the_stack() -> None:
    for name in of_kind("EIP"):
        address = network()["Resources"][name]
        # not those of a first deployment that failed: nobody has been told of them
        assert address["DeletionPolicy"] == "RetainExceptOnCreate"
        assert address["UpdateReplacePolicy"] == "Retain"
        assert address["Condition"] == "MakesAddresses"
    assert "gateway" not in str(network()["Conditions"]["MakesAddresses"])


def test_a_network_that_exists_gets_a_security_group_and_nothing_else() -> None:
    always = [name for name, each in network()["Resources"].items() if not each.get("Condition")]
    assert always == ["FunctionsGroup"]


def instance() -> Document:
    (template,) = of_kind("LaunchTemplate").values()
    return dict(template["LaunchTemplateData"])


def test_a_nat_instance_keeps_to_itself() -> None:
    data = instance()
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert [each["Ebs"]["Encrypted"] for each in data["BlockDeviceMappings"]] == [True]
    assert data["InstanceInitiatedShutdownBehavior"] == "terminate"
    assert "KeyName" not in data


def test_a_nat_instance_may_do_what_its_script_does_and_nothing_else() -> None:
    verbs = set(re.findall(r"(?:aws ec2|route) ([a-z]+-[a-z-]+)", script()))
    role = resources(network(), "AWS::IAM::Role")["InstanceRole"]
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    actions = {action for each in statements for action in each["Action"]}
    assert actions == {f"ec2:{each.title().replace('-', '')}" for each in verbs}
    assert "*" not in [each["Resource"] for each in statements]


def test_each_zone_has_one_nat_instance_that_is_followed_before_it_goes() -> None:
    groups = resources(network(), "AWS::AutoScaling::AutoScalingGroup").values()
    assert {(each["MinSize"], each["DesiredCapacity"]) for each in groups} == {("1", "1")}
    assert all(each["InstanceMaintenancePolicy"]["MinHealthyPercentage"] == 100 for each in groups)
    assert len({each["MaxInstanceLifetime"] for each in groups}) == len(groups) == 2


def test_a_group_tells_its_instances_the_address_and_routes_of_their_zone() -> None:
    for zone in ("First", "Second"):
        group = network()["Resources"][f"{zone}Instances"]["Properties"]
        tags = {each["Key"]: each for each in group["Tags"]}
        assert tags.keys() == {each.rpartition("/")[2] for each in PLACE}
        assert all(each["PropagateAtLaunch"] for each in tags.values())
        assert tags["routes"]["Value"] == {"Ref": f"{zone}PrivateRoutes"}
        made = tags["allocation"]["Value"]["Fn::If"][1]
        assert made == {"Fn::GetAtt": [f"{zone}Address", "AllocationId"]}


def script() -> str:
    return str(instance()["UserData"]["Fn::Base64"])


def boot(folder: Path, failing: str = "nothing") -> list[str]:
    """Run the script of a NAT instance with stand-ins for its commands, one of which may fail
    whenever its call has certain words in it; return what it called.
    """
    programs, calls = folder / "bin", folder / "calls"
    for each in (programs, folder / "etc/modules-load.d", folder / "etc/sysctl.d", folder / "var"):
        each.mkdir(parents=True)
    (folder / "etc/sysconfig").mkdir()
    for name in COMMANDS:
        program = programs / name
        program.write_text(_STAND_IN.format(calls=calls, failing=failing, told=_told()))
        program.chmod(0o755)
    text = re.sub(r"/(etc|var)/", rf"{folder}/\1/", script())
    path = f"{programs}:{os.environ['PATH']}"
    subprocess.run(["bash", "-c", text], env={"PATH": path}, check=False)
    return calls.read_text(encoding="utf-8").splitlines()


_STAND_IN = """#!/bin/bash
echo "${{0##*/}} $*" >>{calls}
[[ "$*" != *'{failing}'* ]] || exit 1
case "$*" in
{told}
esac
"""


def _told() -> str:
    return "\n".join(f"*/{path}) echo {value} ;;" for path, value in TOLD.items())


def test_a_nat_instance_forwards_before_it_takes_its_address_and_its_route(tmp_path: Path) -> None:
    called = boot(tmp_path)
    steps = [each for each in called if each.startswith(("systemctl restart", "aws"))]
    assert steps == [
        "systemctl restart nftables",
        "aws ec2 modify-instance-attribute --instance-id i-0c --no-source-dest-check",
        "aws ec2 associate-address --allow-reassociation --allocation-id eipalloc-0a"
        " --instance-id i-0c",
        "aws ec2 replace-route --route-table-id rtb-0b --destination-cidr-block 0.0.0.0/0"
        " --instance-id i-0c",
    ]
    assert "masquerade" in (tmp_path / "etc/sysconfig/nftables.conf").read_text(encoding="utf-8")
    assert "shutdown -h now" not in called


def test_the_first_nat_instance_of_a_zone_makes_the_route_that_is_not_there(tmp_path: Path) -> None:
    called = boot(tmp_path, failing="replace-route")
    assert called[-1].startswith("aws ec2 create-route --route-table-id rtb-0b")


@pytest.mark.parametrize("failing", ["associate-address", "nftables", "tags/instance/routes"])
def test_a_nat_instance_that_cannot_take_its_place_ends(tmp_path: Path, failing: str) -> None:
    called = boot(tmp_path, failing=failing)
    assert called[-1] == "shutdown -h now"
    assert not any("-route " in each for each in called)


def test_the_route_that_a_nat_instance_leaves_behind_is_not_in_a_gateway_s_way() -> None:
    """Ours would be refused if it were the same, and lose if it were less specific."""
    behind = [each for each in of_kind("Route").values() if "NatGatewayId" in each]
    for zone in ("First", "Second"):
        mine = [each for each in behind if each["RouteTableId"] == {"Ref": f"{zone}PrivateRoutes"}]
        halves = [IPv4Network(each["DestinationCidrBlock"]) for each in mine]
        assert list(collapse_addresses(halves)) == [IPv4Network("0.0.0.0/0")]
        assert len(halves) > 1


def test_no_template_is_bound_to_a_region() -> None:
    written: list[Any] = [root(), *(read(f"infra/{name}.yaml") for name in NESTED)]
    found = re.findall(r"\b(?:ap|eu|us|sa|ca|af|me)-[a-z]+-\d\b", json.dumps(written))
    assert found == []


NESTED = [
    each["TemplateURL"].removeprefix("infra/").removesuffix(".yaml")
    for each in resources(root(), "AWS::CloudFormation::Stack").values()
]
