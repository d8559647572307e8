"""The telephone network of one machine, asked as Amazon Connect is asked."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from infra.local.clock import RuleClock
from infra.local.system import LocalSystem
from infra.local.telephone import PhoneBook
from infra.local.telephone.behaviour import (
    Behaviour,
    acknowledges,
    answers,
    busy,
    hangs_up,
    passes_on,
    refused,
    silent,
    voicemail,
)
from infra.local.telephone.call import PhoneCall
from infra.local.telephone.connect_api import model
from infra.local.telephone.flow import Flow
from infra.local.telephone.network import INSTANCE, Network
from tests.integration.local_sample.sample import sample
from tests.template.documents import ROOT
from toban.text.spoken import Prompt

FLOW = (ROOT / "infra" / "connect" / "alert_call.flow.json").read_text(encoding="utf-8")
ALICE = "+819000000001"
ATTRIBUTES = {
    "locale": "en",
    "call": "the call",
    "nonce": "secret",
    **{prompt.value: f"<speak>{prompt.value}</speak>" for prompt in Prompt},
}


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with sample(speed=100.0, phones=PhoneBook({ALICE: silent()})) as started:
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


# -- the network itself ----------------------------------------------------------------------------


class Listener:
    """Stands in for the function that the flow asks."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer if answer is not None else {"result": "taken"}
        self.events: list[dict[str, Any]] = []

    def __call__(self, _arn: str, event: dict[str, Any]) -> Any:
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @property
    def keys(self) -> list[str]:
        return [event["Details"]["Parameters"]["key"] for event in self.events]


def network(script: Behaviour, listener: Any = None, lines: int = 10) -> Network:
    clock = RuleClock(400.0, datetime(2026, 11, 23, tzinfo=UTC))
    made = Network(clock, PhoneBook({ALICE: script}), listener or Listener(), lines)
    made.flows["flow"] = Flow(FLOW)
    return made


def ended(net: Network, contact_id: str) -> PhoneCall:
    clock, call = net._clock, net.call(contact_id)
    until = clock.now() + timedelta(hours=2)
    while call.ended_at is None and clock.now() < until:
        clock.wait_until(clock.now() + timedelta(seconds=5), net._conversations[contact_id]._over)
    return call


def played(script: Behaviour, listener: Any = None) -> PhoneCall:
    net = network(script, listener)
    return ended(net, net.dial(request("flow")))


def test_a_person_listens_and_confirms() -> None:
    listener = Listener()
    call = played(acknowledges(), listener)

    assert call.heard == ["intro", "report", "acknowledged"]
    assert call.pressed == ["1", "1"]
    assert listener.keys == ["1"]
    assert call.reason == "CONTACT_FLOW_DISCONNECT"


def test_the_function_is_told_the_call_and_its_nonce_as_connect_tells_it() -> None:
    listener = Listener()
    played(passes_on(), listener)

    (event,) = listener.events
    assert event["Name"] == "ContactFlowEvent"
    parameters = {"call": "the call", "nonce": "secret", "key": "2"}
    assert event["Details"]["Parameters"] == parameters
    contact = event["Details"]["ContactData"]
    assert (contact["Channel"], contact["InitiationMethod"]) == ("VOICE", "API")
    assert contact["CustomerEndpoint"] == {"Address": ALICE, "Type": "TELEPHONE_NUMBER"}


def test_voicemail_hears_the_introduction_three_times() -> None:
    listener = Listener()
    call = played(voicemail(), listener)

    assert call.heard == ["intro", "intro", "intro", "no_key"]
    assert call.connected_at is not None
    assert listener.events == []


@pytest.mark.parametrize(
    "answer", [RuntimeError("down"), ["no map"], {"result": {"deep": "1"}}, {"result": 1}]
)
def test_a_function_that_fails_or_answers_nonsense_is_not_thanked_for(answer: Any) -> None:
    call = played(acknowledges(), Listener(answer))
    assert call.heard[-1] == "not_noted"


def test_a_late_answer_is_told_so() -> None:
    assert played(acknowledges(), Listener({"result": "late"})).heard[-1] == "too_late"


def test_a_wrong_key_and_nine_have_the_report_repeated() -> None:
    assert played(answers(keys="15911")).heard == ["intro", *["report"] * 3, "acknowledged"]


def test_who_hangs_up_hears_no_more() -> None:
    call = played(hangs_up(2, 1))
    assert call.heard == ["intro"]
    assert call.reason == "CUSTOMER_DISCONNECT"


def test_a_busy_line_is_never_connected() -> None:
    call = played(busy())
    assert (call.connected_at, call.reason) == (None, "TELECOM_BUSY")


@pytest.mark.parametrize(("more", "seconds"), [({}, 60), ({"RingTimeoutInSeconds": 15}, 15)])
def test_the_network_gives_up_ringing(more: dict[str, Any], seconds: int) -> None:
    net = network(silent())
    call = ended(net, net.dial(request("flow") | more))
    assert call.ended_at is not None
    assert call.reason == "TELECOM_TIMEOUT"
    assert call.ended_at - call.dialled_at >= timedelta(seconds=seconds)


def test_calls_beyond_the_lines_of_the_instance_end_with_a_fast_busy_tone_and_no_error() -> None:
    net = network(silent(), lines=1)
    net.dial(request("flow"))
    second = ended(net, net.dial(request("flow")))

    assert second.reason == "OTHER"
    assert second.connected_at is None
    net.close()


def test_a_number_that_may_not_be_called_is_never_dialled(system: LocalSystem, flow: str) -> None:
    number = "+819000000009"
    system.telephone.book.set(number, refused("OutboundContactNotPermittedException"))
    wanted = request(flow, DestinationPhoneNumber=number)

    code = refusal(system.client("connect").start_outbound_voice_contact, **wanted)

    assert code == "OutboundContactNotPermittedException"
    assert number not in [call.number for call in system.telephone.calls]
