"""The telephone network of one machine, asked as Amazon Connect is asked."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from infra.local.system import LocalSystem
from infra.local.telephone import PhoneBook
from infra.local.telephone.behaviour import (
    refused,
    silent,
)
from infra.local.telephone.connect_api import model
from infra.local.telephone.network import INSTANCE
from tests.integration.local_sample.sample import sample
from tests.template.documents import ROOT
from toban.text.spoken import Prompt

FLOW = (ROOT / "infra" / "connect" / "alert_call.flow.json").read_text(encoding="utf-8")
ALICE = "+819000000001"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ATTRIBUTES = {
    "locale": "en",
    "call": "the call",
    "nonce": "secret",
    **{prompt.value: f"<speak>{prompt.value}</speak>" for prompt in Prompt},
}


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with sample(stepped_from=NOON, phones=PhoneBook({ALICE: silent()})) as started:
        yield started


@pytest.fixture(scope="module")
def flow(system: LocalSystem) -> str:
    made = system.client("connect").create_contact_flow(
        InstanceId=INSTANCE, Name="alert", Type="CONTACT_FLOW", Content=FLOW
    )
    return str(made["ContactFlowId"])


def request(flow: str, **changes: Any) -> dict[str, Any]:
    wanted = {
        "InstanceId": INSTANCE,
        "ContactFlowId": flow,
        "DestinationPhoneNumber": ALICE,
        "SourcePhoneNumber": "+815000000000",
        "Attributes": ATTRIBUTES,
    }
    return {name: value for name, value in (wanted | changes).items() if value is not None}


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"DestinationPhoneNumber": "090-1234-5678"}, "InvalidRequestException"),
        ({"SourcePhoneNumber": None}, "InvalidRequestException"),
        ({"TrafficType": "NIGHT"}, "InvalidRequestException"),
        ({"RingTimeoutInSeconds": 30}, "InvalidRequestException"),
        ({"RingTimeoutInSeconds": 90, "TrafficType": "CAMPAIGN"}, "InvalidRequestException"),
        ({"Attributes": {"a b": "c"}}, "InvalidRequestException"),
        ({"Attributes": {"a": "c" * 33_000}}, "InvalidRequestException"),
        ({"ClientToken": "t" * 501}, "InvalidRequestException"),
        ({"ContactFlowId": "another"}, "ResourceNotFoundException"),
        ({"InstanceId": "another"}, "ResourceNotFoundException"),
    ],
)
def test_a_request_that_connect_would_refuse_is_refused(
    system: LocalSystem, flow: str, changes: dict[str, Any], code: str
) -> None:
    connect = system.client("connect")
    assert refusal(connect.start_outbound_voice_contact, **request(flow, **changes)) == code


def test_a_missing_field_is_refused_whoever_leaves_it_out(system: LocalSystem) -> None:
    """botocore itself would not even send it: a client that does not look is asked."""
    careless = boto3.client(
        "connect",
        region_name=system.region,
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )
    code = refusal(careless.start_outbound_voice_contact, InstanceId=INSTANCE)
    assert code == "InvalidRequestException"


def test_an_unknown_field_is_refused_whoever_sends_it(system: LocalSystem, flow: str) -> None:
    signature = f"Credential=local/20261123/{system.region}/connect/aws4_request, Signature=0"
    connection = HTTPConnection("127.0.0.1", system.endpoint.port)
    connection.request(
        "PUT",
        "/contact/outbound-voice",
        json.dumps(request(flow, Loudness=11)),
        {
            "Authorization": f"AWS4-HMAC-SHA256 {signature}",
            "Content-Type": "application/json",
        },
    )
    answer = connection.getresponse()
    told = answer.read().decode()
    connection.close()
    assert (answer.status, "Loudness" in told) == (400, True), told


def test_what_describe_contact_tells_is_what_the_model_says(system: LocalSystem, flow: str) -> None:
    connect = system.client("connect")
    made = connect.start_outbound_voice_contact(**request(flow))
    connect.stop_contact(InstanceId=INSTANCE, ContactId=made["ContactId"])

    told = connect.describe_contact(InstanceId=INSTANCE, ContactId=made["ContactId"])["Contact"]

    shape: Any = model().operation_model("DescribeContact").output_shape
    assert ParamValidator().validate({"Contact": told}, shape).generate_report() == ""
    assert told["InitiationMethod"] == "API"
    assert told["DisconnectReason"] == "TELECOM_ORIGINATOR_CANCEL"
    assert "ConnectedToSystemTimestamp" not in told
    assert told["InitiationTimestamp"] <= told["DisconnectTimestamp"]


def test_an_unknown_contact_is_not_found_and_an_ended_one_cannot_be_stopped(
    system: LocalSystem, flow: str
) -> None:
    connect = system.client("connect")
    made = connect.start_outbound_voice_contact(**request(flow))
    here = {"InstanceId": INSTANCE, "ContactId": made["ContactId"]}
    connect.stop_contact(**here)

    assert refusal(connect.stop_contact, **here) == "ContactNotFoundException"
    unknown = {"InstanceId": INSTANCE, "ContactId": "none"}
    assert refusal(connect.describe_contact, **unknown) == "ResourceNotFoundException"
    assert refusal(connect.stop_contact, **unknown) == "ContactNotFoundException"


@pytest.mark.parametrize(
    "content", ["{}", "no json", FLOW.replace('"report_again"', '"nowhere"', 1),
                FLOW.replace("MessageParticipant", "SingParticipant")]
)  # fmt: skip
def test_a_flow_that_is_not_sound_is_not_taken(system: LocalSystem, content: str) -> None:
    code = refusal(
        system.client("connect").create_contact_flow,
        InstanceId=INSTANCE,
        Name="unsound",
        Type="CONTACT_FLOW",
        Content=content,
    )
    assert code == "InvalidContactFlowException"


def test_a_number_that_may_not_be_called_is_never_dialled(system: LocalSystem, flow: str) -> None:
    number = "+819000000009"
    system.telephone.book.set(number, refused("OutboundContactNotPermittedException"))
    wanted = request(flow, DestinationPhoneNumber=number)

    code = refusal(system.client("connect").start_outbound_voice_contact, **wanted)

    assert code == "OutboundContactNotPermittedException"
    assert number not in [call.number for call in system.telephone.calls]
