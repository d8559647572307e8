"""An AWS account that is looked at before it is relied on, and its answers."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.validate import validate_parameters

from infra.preflight.account import examine
from infra.preflight.result import Deployment, PreflightResult

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
    "lambda.get_account_settings": {
        "AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 988}
    },
    "ec2.describe_addresses": {
        "Addresses": [{"PublicIp": "198.51.100.7"}, {"PublicIp": "198.51.100.8"}]
    },
    "ec2.describe_vpcs": {"Vpcs": [{"VpcId": "vpc-0a", "IsDefault": True}]},
    "iam.get_account_summary": {"SummaryMap": {"Roles": 12, "RolesQuota": 1000}},
    "ec2.describe_subnets": {
        "Subnets": [{"AvailabilityZone": f"ap-northeast-1{zone}"} for zone in "dca"]
    },
    "ec2.describe_instance_type_offerings": {
        "InstanceTypeOfferings": [{"Location": f"ap-northeast-1{zone}"} for zone in "ac"]
    },
    "ec2.describe_instances": {"Reservations": []},
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


def results(deployment: Deployment, answers: Answers = READY) -> dict[str, PreflightResult]:
    return {each.subject: each for each in examine(Account(answers), deployment)}
