"""Every function may do what its code does, and nothing else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.template.documents import Document, functions, resources, root, transformed
from tests.template.needs import needs_of, needs_of_store

ACCOUNT = "arn:${AWS::Partition}:{service}:${AWS::Region}:${AWS::AccountId}:"

ANY_RESOURCE = {
    "LogDelivery": "log deliveries have no resource level (Step Functions guide, logging)",
    "Traces": "traces have no resource level (Service Authorization Reference, X-Ray)",
}
"""The statements, by their Sid, that may name every resource, and why."""

LOG = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
"""What SAM gives to each function itself (docs/decisions/0032)."""

NETWORK = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
"""What SAM gives to each function that has a VpcConfig (docs/decisions/0142)."""

RIGHTS_IN_A_NETWORK = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
}
"""What NETWORK lets a role do beside its log (AWS managed policies reference, version 3)."""


def statements(document: Any) -> Iterator[Document]:
    """Yield every statement of every policy in the document, conditional ones too."""
    if isinstance(document, list):
        for each in document:
            yield from statements(each)
    elif isinstance(document, dict):
        if "Effect" in document:
            yield document
        else:
            yield from (found for each in document.values() for found in statements(each))


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def granted(name: str) -> set[str]:
    """Return what the template lets the function do, in the words of tests/template/needs.py."""
    return {
        f"{action} {word}"
        for statement in statements(functions()[name]["Policies"])
        for action in statement["Action"]
        for resource in listed(statement["Resource"])
        for word in [word_for(resource)]
        # a mail is allowed by identity and configuration set together, a call by its instance
        if word
    }


def word_for(resource: Document) -> str:
    """Return tests/template/needs.py's word for a resource; what is unknown stays as it is."""
    written = json.dumps(resource)
    return words().get(written, written)


def words() -> dict[str, str]:
    variables = root()["Globals"]["Function"]["Environment"]["Variables"]
    found: dict[str, Any] = {
        "states/by_shard": {"Fn::Sub": "${Storage.Outputs.StatesTableArn}/index/by_shard"},
        "evidence": {"Fn::Sub": "${Storage.Outputs.EvidenceBucketArn}/incidents/*"},
        "intake": {"Fn::Sub": "${Storage.Outputs.IntakeBucketArn}/*"},
        "intake/result": {"Fn::Sub": "${Storage.Outputs.IntakeBucketArn}/result/*"},
        "intake/list": {"Fn::GetAtt": ["Storage", "Outputs.IntakeBucketArn"]},
        "secrets": {"Fn::Sub": ACCOUNT.replace("{service}", "ssm") + "parameter/toban/*"},
        "links": {
            "Fn::Sub": ACCOUNT.replace("{service}", "ssm")
            + "parameter/toban/graph.links/${AWS::StackName}/*"
        },
        # whose task a token is shows only at run time; a token cannot be guessed
        "tasks": {
            "Fn::Sub": ACCOUNT.replace("{service}", "states") + "stateMachine:${AWS::StackName}-*"
        },
        "calls": {"Fn::Sub": "${ConnectInstanceArn}/contact/*"},
        "instance": {"Fn::Sub": "${ConnectInstanceArn}/*"},
        "authority": {"Fn::GetAtt": ["Access", "Outputs.SshAuthorityKeyArn"]},
        "mail": {"Fn::GetAtt": ["Mail", "Outputs.IdentityArn"]},
        "": {"Fn::GetAtt": ["Mail", "Outputs.ConfigurationSetArn"]},
    }
    for table in ("contracts", "shards", "states", "incidents", "samples"):
        found[table] = {"Fn::GetAtt": ["Storage", f"Outputs.{table.capitalize()}TableArn"]}
    for name, value in variables.items():
        if name.endswith("_MACHINE"):
            found[name] = value
        if name.endswith("_FUNCTION"):
            arn = ACCOUNT.replace("{service}", "lambda") + "function:" + value["Fn::Sub"]
            found[name] = {"Fn::Sub": arn}
    others: list[tuple[Document, str]] = [
        ({"Fn::GetAtt": ["Storage", "Outputs.EvidenceBucketArn"]}, "evidence"),
        ({"Ref": "ConnectInstanceArn"}, ""),
    ]
    return {json.dumps(value): word for word, value in found.items()} | {
        json.dumps(value): word for value, word in others
    }


@pytest.mark.parametrize("name", functions())
def test_a_function_may_do_what_its_code_does_and_nothing_else(name: str) -> None:
    needed, may = needs_of(functions()[name]["Handler"]), granted(name)
    missing, surplus = sorted(needed - may), sorted(may - needed)
    assert (missing, surplus) == ([], [])


def test_only_statements_with_a_reason_name_every_resource() -> None:
    roles = resources(transformed(), "AWS::IAM::Role").values()
    everything = [each for each in statements([*roles]) if "*" in listed(each.get("Resource"))]
    assert {each.get("Sid") for each in everything} == ANY_RESOURCE.keys()


def test_no_statement_allows_every_action_of_a_service() -> None:
    allowed = [
        action
        for role in resources(transformed(), "AWS::IAM::Role").values()
        for statement in statements(role)
        for action in listed(statement["Action"])
    ]
    assert [action for action in allowed if "*" in action] == []
    assert "dynamodb:Scan" not in allowed


@pytest.mark.parametrize("name", functions())
def test_a_function_has_no_managed_policy_but_those_for_its_log_and_its_network(name: str) -> None:
    role = transformed()["Resources"][f"{name}Role"]["Properties"]
    in_network = {NETWORK} if "VpcConfig" in functions()[name] else set()
    assert set(role["ManagedPolicyArns"]) == {LOG} | in_network


def test_the_code_of_a_function_in_the_network_may_not_use_lambda_s_rights_there() -> None:
    denied = resources(root(), "AWS::IAM::ManagedPolicy")["NoNetworkCalls"]
    roles = {each["Ref"] for each in denied["Roles"]}
    in_network = {f"{name}Role" for name, each in functions().items() if "VpcConfig" in each}
    assert roles == in_network
    (statement,) = denied["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert set(statement["Action"]) >= RIGHTS_IN_A_NETWORK
    (source,) = statement["Condition"]["ArnLike"]["lambda:SourceFunctionArn"].values()
    assert source == ACCOUNT.replace("{service}", "lambda") + "function:${AWS::StackName}-*"


def test_whoever_sends_mail_may_do_so_in_the_sandbox_from_the_sender_s_address() -> None:
    """There SES asks for the right on the recipient's identity too (aws/aws-sdk-js#3641)."""
    allowed = resources(root(), "AWS::IAM::ManagedPolicy")["SandboxMails"]
    senders = {f"{name}Role" for name in functions() if "ses:SendRawEmail mail" in granted(name)}
    assert {each["Ref"] for each in allowed["Roles"]} == senders
    (statement,) = allowed["PolicyDocument"]["Statement"]
    assert set(statement["Action"]) == {"ses:SendEmail", "ses:SendRawEmail"}
    everybody = ACCOUNT.replace("{service}", "ses") + "identity/*"
    assert statement["Resource"] == {"Fn::Sub": everybody}
    sender = [{"Ref": "SenderAddress"}, {"Fn::Sub": "*<${SenderAddress}>"}]
    assert statement["Condition"] == {"StringLike": {"ses:FromAddress": sender}}


def test_a_role_for_a_service_may_be_taken_by_this_account_only() -> None:
    """Scheduler and Step Functions act for anybody who names a role (the confused deputy)."""
    for name, role in resources(root(), "AWS::IAM::Role").items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        expected = {"Ref": "AWS::AccountId"}
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == expected, name


def test_a_machine_may_call_the_functions_of_its_definition_and_no_others() -> None:
    for name, machine in resources(root(), "AWS::Serverless::StateMachine").items():
        role = root()["Resources"][machine["Role"]["Fn::GetAtt"][0]]["Properties"]
        (steps,) = [each for each in statements(role["Policies"]) if each["Sid"] == "Steps"]
        given = machine["DefinitionSubstitutions"].items()
        called = [token.removesuffix("Arn") for token, _ in given if token.endswith("FunctionArn")]
        # every version of them: an execution ends on those that it began on
        allowed = [{"Fn::Sub": f"${{{each}.Arn}}:*"} for each in called]
        assert sorted(map(str, steps["Resource"])) == sorted(map(str, allowed)), name


@pytest.mark.parametrize(
    ("function", "needs"),
    [
        ("states.unwell", {"dynamodb:Query states/by_shard"}),
        ("states.suspect", {"dynamodb:PutItem states"}),
        ("repairs.claim", {"dynamodb:PutItem states", "dynamodb:GetItem states"}),
        ("evidence.save", {"s3:PutObject evidence"}),
        ("record.append", {"dynamodb:PutItem incidents"}),
        (
            "incidents.admit",
            {
                "dynamodb:GetItem states",
                "dynamodb:PutItem states",
                "dynamodb:GetItem incidents",
                "dynamodb:PutItem incidents",
                "dynamodb:ConditionCheckItem incidents",
            },
        ),
    ],
)
def test_what_a_function_of_the_store_asks_of_aws_is_read_from_its_code(
    function: str, needs: set[str]
) -> None:
    assert needs_of_store(function) == needs
