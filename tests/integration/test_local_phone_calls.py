"""A call on the network of one machine: it walks the very flow that is deployed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.clock import RuleClock
from infra.local.telephone import Behaviour, PhoneBook
from infra.local.telephone.behaviour import (
    acknowledges,
    answers,
    busy,
    hangs_up,
    passes_on,
    silent,
    voicemail,
)
from infra.local.telephone.call import PhoneCall
from infra.local.telephone.flow import Flow
from infra.local.telephone.network import INSTANCE, Network
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


def request(**changes: Any) -> dict[str, Any]:
    """What the API hands to the network."""
    return {
        "InstanceId": INSTANCE,
        "ContactFlowId": "flow",
        "DestinationPhoneNumber": ALICE,
        "SourcePhoneNumber": "+815000000000",
        "Attributes": ATTRIBUTES,
        **changes,
    }


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
    return ended(net, net.dial(request()))


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
    call = ended(net, net.dial(request(**more)))
    assert call.ended_at is not None
    assert call.reason == "TELECOM_TIMEOUT"
    assert call.ended_at - call.dialled_at >= timedelta(seconds=seconds)


def test_calls_beyond_the_lines_of_the_instance_end_with_a_fast_busy_tone_and_no_error() -> None:
    net = network(silent(), lines=1)
    net.dial(request())
    second = ended(net, net.dial(request()))

    assert second.reason == "OTHER"
    assert second.connected_at is None
    net.close()
