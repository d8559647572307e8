"""What keeps toban from its work in an AWS account is told before a customer finds it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.validate import validate_parameters

from infra.preflight.account import examine
from infra.preflight.finding import Deployment, Finding, Mark
from infra.preflight.stack import deployment_of

INSTANCE = (
    "arn:aws:connect:ap-northeast-1:123456789012:instance/11111111-2222-3333-4444-555555555555"
)
TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:toban-alarms"
FLOW = f"{INSTANCE}/contact-flow/99999999-2222-3333-4444-555555555555"
NUMBER = "+81501234567"
BEFORE = Deployment(sender="toban@msp.example", identity="msp.example")
AFTER = Deployment(
    stack="toban",
    identity="msp.example",
    instance=INSTANCE,
    number=NUMBER,
    flow=FLOW,
    addresses=("198.51.100.7", "198.51.100.8"),
    alarms_topic=TOPIC,
)
SESSION = botocore.session.Session()
SESSION.set_credentials("x", "x")
Answers = Mapping[str, Any]
READY: dict[str, Any] = {
    "lambda.get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
    "ec2.describe_addresses": {
        "Addresses": [{"PublicIp": "198.51.100.7"}, {"PublicIp": "198.51.100.8"}]
    },
    "service-quotas.get_service_quota": {"Quota": {"Value": 10.0}},
    "sesv2.get_account": {
        "ProductionAccessEnabled": True,
        "SendingEnabled": True,
        "EnforcementStatus": "HEALTHY",
        "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 3.0},
    },
    "sesv2.get_email_identity": {
        "VerifiedForSendingStatus": True,
        "DkimAttributes": {"Status": "SUCCESS"},
    },
    "connect.describe_instance": {
        "Instance": {"InstanceStatus": "ACTIVE", "OutboundCallsEnabled": True}
    },
    "connect.list_phone_numbers_v2": {"ListPhoneNumbersSummaryList": [{"PhoneNumber": NUMBER}]},
    "connect.start_outbound_voice_contact": {"ContactId": "call"},
    "connect.stop_contact": {},
    "sns.list_subscriptions_by_topic": {
        "Subscriptions": [{"SubscriptionArn": f"{TOPIC}:subscription"}]
    },
}


class Account:
    """An AWS account that answers each question always the same; a text is the code of an error.

    Questions and answers are held against the services' own models.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.asked: set[tuple[str, str]] = set()

    def __call__(self, service: str, region: str | None = None, /) -> Any:
        client = SESSION.create_client(service, region or "ap-northeast-1")
        self.asked.add((service, client.meta.region_name))
        answer: Any = partial(self._answer, service)
        client.meta.events.register("before-call", answer)
        return client

    def _answer(self, service: str, model: Any, **_: Any) -> tuple[AWSResponse, Any]:
        answer = self._answers[f"{service}.{xform_name(model.name)}"]
        if isinstance(answer, str):
            return _http(400), {"Error": {"Code": answer, "Message": ""}}
        if answer:
            validate_parameters(answer, model.output_shape)
        return _http(200), answer


def _http(status: int) -> AWSResponse:
    return AWSResponse("", status, HTTPHeaders(), None)


def findings(deployment: Deployment, answers: Answers = READY) -> dict[str, Finding]:
    return {each.subject: each for each in examine(Account(answers), deployment)}


def test_of_an_account_that_is_ready_everything_is_good() -> None:
    found = findings(AFTER)

    assert {each.mark for each in found.values()} == {Mark.GOOD}
    assert found["egress addresses"].seen == "198.51.100.7, 198.51.100.8"


def test_before_there_is_a_stack_room_is_looked_for() -> None:
    found = findings(BEFORE)

    assert found["egress addresses"].seen == "8 of 10 elastic addresses are free"
    assert found["Connect instance"].mark is Mark.DOUBTFUL
    assert "alarms" not in found


@pytest.mark.parametrize(
    ("subject", "mark", "question", "changed"),
    [
        (
            "Lambda quota",
            Mark.BAD,
            "lambda.get_account_settings",
            {"AccountLimit": {"ConcurrentExecutions": 111}},
        ),
        (
            "Lambda quota",
            Mark.DOUBTFUL,
            "lambda.get_account_settings",
            {"AccountLimit": {"ConcurrentExecutions": 200}},
        ),
        ("SES sandbox", Mark.BAD, "sesv2.get_account", {"ProductionAccessEnabled": False}),
        ("SES sending", Mark.DOUBTFUL, "sesv2.get_account", {"EnforcementStatus": "PROBATION"}),
        ("SES sending", Mark.BAD, "sesv2.get_account", {"SendingEnabled": False}),
        ("SES identity", Mark.BAD, "sesv2.get_email_identity", {"VerifiedForSendingStatus": False}),
        ("DKIM", Mark.DOUBTFUL, "sesv2.get_email_identity", {"DkimAttributes": {}}),
        (
            "Connect number",
            Mark.BAD,
            "connect.list_phone_numbers_v2",
            {"ListPhoneNumbersSummaryList": []},
        ),
        ("Connect quota", Mark.BAD, "service-quotas.get_service_quota", {"Quota": {"Value": 0.0}}),
        ("egress addresses", Mark.DOUBTFUL, "ec2.describe_addresses", {"Addresses": []}),
        (
            "Connect instance",
            Mark.BAD,
            "connect.describe_instance",
            {"Instance": {"InstanceStatus": "ACTIVE", "OutboundCallsEnabled": False}},
        ),
        (
            "alarms",
            Mark.BAD,
            "sns.list_subscriptions_by_topic",
            {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]},
        ),
    ],
)
def test_what_is_not_ready_is_told_with_its_mend(
    subject: str, mark: Mark, question: str, changed: Answers
) -> None:
    answers = READY | {question: READY[question] | changed}
    found = findings(AFTER, answers)

    assert found[subject].mark is mark
    assert found[subject].mend.endswith(".")


def test_the_telephone_is_asked_where_its_instance_is() -> None:
    account = Account(READY)
    elsewhere = replace(AFTER, instance=INSTANCE.replace("ap-northeast-1", "us-west-2"))
    list(examine(account, elsewhere))

    assert ("connect", "us-west-2") in account.asked
    assert ("connect", "ap-northeast-1") not in account.asked
    assert {where for service, where in account.asked if service == "service-quotas"} == {
        "us-west-2"
    }


def test_a_quota_that_nobody_changed_is_the_one_that_aws_gives_to_all() -> None:
    answers = READY | {
        "service-quotas.get_service_quota": "NoSuchResourceException",
        "service-quotas.get_aws_default_service_quota": {"Quota": {"Value": 5.0}},
    }

    assert findings(BEFORE, answers)["egress addresses"].seen == "3 of 5 elastic addresses are free"
    assert findings(AFTER, answers)["Connect quota"].seen == "5 calls at once"


def test_a_country_that_may_not_be_called_is_found_by_a_call() -> None:
    calling = replace(AFTER, callee="+818012345678")
    refused = READY | {"connect.start_outbound_voice_contact": "DestinationNotAllowedException"}
    over = READY | {"connect.stop_contact": "ContactNotFoundException"}
    allowed, ended, found = (findings(calling, each) for each in (READY, over, refused))

    assert allowed["Connect countries"].mark is ended["Connect countries"].mark is Mark.GOOD
    assert found["Connect countries"].mark is Mark.BAD
    assert "support case" in found["Connect countries"].mend


def test_what_may_not_be_looked_at_is_told_and_keeps_nobody_from_the_rest() -> None:
    answers = READY | {"sesv2.get_account": "AccessDeniedException"}
    found = findings(AFTER, answers)

    assert found["SES account"].mark is Mark.DOUBTFUL
    assert found["SES identity"].mark is Mark.GOOD


def test_the_stack_tells_what_it_was_deployed_with() -> None:
    stack = {
        "StackName": "toban",
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": "2026-11-23T00:00:00Z",
        "Parameters": [
            {"ParameterKey": "SenderAddress", "ParameterValue": "toban@msp.example"},
            {"ParameterKey": "Egress", "ParameterValue": "nat-instances"},
            {"ParameterKey": "GraphsAtOnce", "ParameterValue": "5"},
        ],
        "Outputs": [
            {"OutputKey": "EgressAddresses", "OutputValue": "198.51.100.7,198.51.100.8"},
            {"OutputKey": "AlarmsTopic", "OutputValue": TOPIC},
        ],
    }
    account = Account({"cloudformation.describe_stacks": {"Stacks": [stack]}})

    found = deployment_of(account, "toban")

    assert found.addresses == ("198.51.100.7", "198.51.100.8")
    assert (found.fixed_addresses, found.graphs_at_once, found.alarms_topic) == (True, 5, TOPIC)
