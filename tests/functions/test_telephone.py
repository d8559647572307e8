"""What Amazon Connect is told and what its answers mean, on production's own tables."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from escalate.announcement import announcement
from escalate.phone_chain import PhoneChain
from escalate.telephone import TelephoneNotConfiguredError, refusal_of, telephone
from tests.functions.acme import HTTP, MYSQL, confirmed, sign
from tests.functions.conftest import RuleClock
from toban.domain.call import Call, Callees, CallId, Outcome
from toban.domain.call_limits import HangUpReason
from toban.domain.contract import Contact
from toban.domain.identifier import incident_id
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.repair import RepairOutcome, RepairReport
from toban.store import calls, contracts, evidence, incidents, slots, states

INSTANCE = "arn:aws:connect:us-east-1:123456789012:instance/11111111-2222-4333-8444-555555555555"
FLOW = f"{INSTANCE}/contact-flow/aaaa"


@pytest.fixture
def chain(aws: None, rule_clock: RuleClock) -> PhoneChain:
    server = sign()
    at = rule_clock.at
    name = incident_id(server.server_id, at)
    incident = Incident(name, "acme", server.server_id, Plan.RESPOND, at, 0, Policy())
    incidents.admit([confirmed(each, at).alert(70) for each in (HTTP, MYSQL)], "shard", incident)
    return PhoneChain(incident, Callees.CONTACTS, (HTTP,))


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECT_INSTANCE", INSTANCE)
    monkeypatch.setenv("CONNECT_NUMBER", "+815000000000")


def call_id(chain: PhoneChain, contact: int = 0, attempt: int = 0) -> CallId:
    return CallId(chain.incident.incident_id, chain.callees, contact, attempt)


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "why"}}, "StartOutboundVoiceContact")


# -- settings --------------------------------------------------------------------------------------


def test_without_an_instance_there_is_no_telephone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONNECT_INSTANCE", raising=False)
    with pytest.raises(TelephoneNotConfiguredError, match="ConnectInstanceArn"):
        telephone()


def test_without_a_number_or_queue_there_is_no_telephone(
    connect: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECT_NUMBER", "")
    with pytest.raises(TelephoneNotConfiguredError, match="ConnectNumber"):
        telephone()


def test_calls_are_placed_in_the_region_of_the_instance(connect: None) -> None:
    assert telephone().connect.meta.region_name == "us-east-1"


@pytest.mark.clause("P-5")
@pytest.mark.parametrize(
    ("traffic", "more"),
    [("GENERAL", {}), ("", {}), ("CAMPAIGN", {"RingTimeoutInSeconds": 30})],
)
def test_connect_limits_the_ringing_only_of_campaign_traffic(
    connect: None, monkeypatch: pytest.MonkeyPatch, traffic: str, more: dict[str, Any]
) -> None:
    monkeypatch.setenv("CONNECT_TRAFFIC", traffic)
    assert telephone().request(FLOW, "+819000000001", Policy()) == {
        "InstanceId": "11111111-2222-4333-8444-555555555555",
        "ContactFlowId": "aaaa",
        "DestinationPhoneNumber": "+819000000001",
        "SourcePhoneNumber": "+815000000000",
        "TrafficType": traffic or "GENERAL",
        **more,
    }


@pytest.mark.parametrize(
    ("code", "outcome", "ours"),
    [
        ("DestinationNotAllowedException", Outcome.CARRIER_ERROR, True),
        ("OutboundContactNotPermittedException", Outcome.CARRIER_ERROR, True),
        ("ResourceNotFoundException", Outcome.CARRIER_ERROR, True),
        ("InvalidParameterException", Outcome.CARRIER_ERROR, True),
        ("AccessDeniedException", Outcome.CARRIER_ERROR, True),
        ("LimitExceededException", Outcome.CONGESTED, False),
    ],
)
def test_a_refused_dial_goes_on_and_what_we_can_mend_is_told(
    code: str, outcome: Outcome, ours: bool
) -> None:
    refusal = refusal_of(error(code))
    assert refusal is not None
    assert refusal.outcome is outcome
    assert bool(refusal.mend) is ours


@pytest.mark.parametrize("code", ["InternalServiceException", "TooManyRequestsException"])
def test_a_fault_that_may_pass_is_tried_again_with_the_same_token(code: str) -> None:
    assert refusal_of(error(code)) is None


# -- whether it is still wrong ---------------------------------------------------------------------


def test_the_chain_goes_on_while_one_of_its_monitors_is_down(
    chain: PhoneChain, rule_clock: RuleClock
) -> None:
    both = PhoneChain(chain.incident, chain.callees, (HTTP, MYSQL))
    seen = Observation(HTTP, Reason.OK, rule_clock.at)
    incidents.close_alert(chain.incident.incident_id, HTTP, seen)

    assert chain.recovered() is True
    assert both.recovered() is False


def test_what_the_probe_has_seen_well_is_well_before_the_incident_knows(
    chain: PhoneChain, rule_clock: RuleClock
) -> None:
    state = states.get(HTTP)
    assert state is not None

    states.recover(state, Observation(HTTP, Reason.OK, rule_clock.at))

    assert chain.recovered() is True


def test_a_call_about_nothing_that_is_down_is_not_stopped_by_a_recovery(chain: PhoneChain) -> None:
    assert PhoneChain(chain.incident, chain.callees, ()).recovered() is False


# -- calls and lines -------------------------------------------------------------------------------


def test_a_repeated_step_gets_the_nonce_of_the_first(chain: PhoneChain) -> None:
    first = calls.plan(call_id(chain), "first")
    assert calls.plan(call_id(chain), "second") == first


def test_the_key_that_came_first_stands(chain: PhoneChain) -> None:
    calls.plan(call_id(chain), "nonce")
    calls.await_key(call_id(chain), "token")

    taken = calls.take_key(call_id(chain), "2")
    repeated = calls.take_key(call_id(chain), "2")

    assert taken == repeated
    assert taken is not None
    assert (taken.key, taken.token) == ("2", "token")
    assert calls.take_key(call_id(chain), "1") is None


def test_a_key_for_a_call_that_nobody_made_is_not_taken(chain: PhoneChain) -> None:
    assert calls.take_key(call_id(chain), "1") is None
    assert calls.attempt_or_none(call_id(chain)) is None


def test_a_call_that_is_over_takes_no_key_and_keeps_its_end(
    chain: PhoneChain, rule_clock: RuleClock
) -> None:
    calls.plan(call_id(chain), "nonce")
    over = Call(0, 0, "Alice", "+81******0001", rule_clock.at, Outcome.NO_ANSWER)

    assert calls.settle(call_id(chain), over) == over
    other = Call(0, 0, "Alice", "+81******0001", rule_clock.at, Outcome.BUSY)
    assert calls.settle(call_id(chain), other) == over
    assert calls.take_key(call_id(chain), "1") is None
    assert calls.made(chain.incident.incident_id, Callees.CONTACTS) == [over]
    assert calls.made(chain.incident.incident_id, Callees.ENGINEERS) == []


def test_calls_come_back_in_the_order_in_which_they_were_made(
    chain: PhoneChain, rule_clock: RuleClock
) -> None:
    made = [(contact, attempt) for contact in range(12) for attempt in range(2)]
    for contact, attempt in reversed(made):
        calls.plan(call_id(chain, contact, attempt), "nonce")
        done = Call(contact, attempt, "", "", rule_clock.at, Outcome.BUSY)
        calls.settle(call_id(chain, contact, attempt), done)

    found = calls.made(chain.incident.incident_id, Callees.CONTACTS)
    assert [(call.contact, call.attempt) for call in found] == made


def test_why_we_hung_up_first_stands(chain: PhoneChain, rule_clock: RuleClock) -> None:
    calls.plan(call_id(chain), "nonce")
    calls.hung_up(call_id(chain), rule_clock.at, HangUpReason.RECOVERED)
    later = rule_clock.at + timedelta(seconds=9)
    calls.hung_up(call_id(chain), later, HangUpReason.NO_ANSWER)

    attempt = calls.attempt(call_id(chain))
    assert attempt.hung_up == (rule_clock.at, HangUpReason.RECOVERED)


def test_the_end_of_a_chain_is_told_to_who_waits_last(chain: PhoneChain) -> None:
    name = chain.incident.incident_id
    assert calls.open_chain(name, Callees.CONTACTS, [HTTP], "first") is None
    assert calls.open_chain(name, Callees.CONTACTS, [HTTP], "second") is None
    assert calls.open_chains(name) == {Callees.CONTACTS: [HTTP]}

    assert calls.end_chain(name, Callees.CONTACTS, {"reached": True}) == (
        "second",
        {"reached": True},
    )
    assert calls.end_chain(name, Callees.CONTACTS, {"reached": False})[1] == {"reached": True}
    assert calls.open_chain(name, Callees.CONTACTS, [HTTP], "third") == {"reached": True}
    assert calls.open_chains(name) == {}


def test_a_call_id_is_read_back_from_what_connect_was_given(chain: PhoneChain) -> None:
    assert CallId.parse(str(call_id(chain, 3, 1))) == call_id(chain, 3, 1)


def test_there_are_so_many_lines_and_a_call_keeps_its_own(aws: None, rule_clock: RuleClock) -> None:
    at = rule_clock.at
    assert [slots.take(name, 2, at, 60) for name in ("a", "b", "c", "a")] == [
        True,
        True,
        False,
        True,
    ]
    slots.release("a", at)
    slots.release("a", at)
    assert slots.take("c", 2, at, 60) is True
    assert slots.take("a", 2, at, 60) is False


def test_a_line_whose_call_vanished_is_free_after_its_time(
    aws: None, rule_clock: RuleClock
) -> None:
    assert slots.take("gone", 1, rule_clock.at, 60) is True
    rule_clock.pass_by(59)
    assert slots.take("next", 1, rule_clock.at, 60) is False
    rule_clock.pass_by(1)
    assert slots.take("next", 1, rule_clock.at, 60) is True
    slots.release("gone", rule_clock.at)
    assert slots.take("third", 1, rule_clock.at, 60) is False


# -- who is called and what is said ----------------------------------------------------------------


def test_contacts_are_the_customer_s_and_engineers_the_provider_s(chain: PhoneChain) -> None:
    engineers = PhoneChain(chain.incident, Callees.ENGINEERS, ())
    assert [contact.name for contact in chain.contacts()] == ["Alice", "Bob"]
    assert engineers.contacts() == ()
    contracts.save_engineers([Contact("Ena", "ena@msp.example", "+815011111111")])
    assert [contact.name for contact in engineers.contacts()] == ["Ena"]


def test_a_contact_that_was_struck_off_meanwhile_has_no_number(chain: PhoneChain) -> None:
    assert chain.contact(7).phone == ""


def test_the_announcement_speaks_of_the_failed_monitor_in_the_customer_s_language(
    chain: PhoneChain,
) -> None:
    spoken = announcement(chain)

    assert spoken["locale"] == "ja"
    assert "午後7時0分" in spoken["report"]
    assert "HTTP ポート監視、の異常" in spoken["report"]
    assert "アクメ株式会社様" in spoken["intro"]
    assert "HTTP" not in spoken["intro"]
    assert sum(len(value.encode()) for value in spoken.values()) < 32_768


def test_the_announcement_says_what_was_done_only_when_something_was(
    chain: PhoneChain, rule_clock: RuleClock
) -> None:
    assert "再起動" not in announcement(chain)["report"]
    report = RepairReport(HTTP, "nginx", RepairOutcome.ACTED, rule_clock.at, changed=True)
    evidence.save(chain.incident.incident_id, f"repair-{HTTP}", report)

    assert "nginxの再起動を行いましたが、復旧していません。" in announcement(chain)["report"]


def test_several_failures_are_counted(chain: PhoneChain) -> None:
    both = PhoneChain(chain.incident, chain.callees, (HTTP, MYSQL))
    assert "、ほか1件、の異常" in announcement(both)["report"]


def test_who_is_called_for_a_repair_too_many_is_not_told_that_it_is_down(chain: PhoneChain) -> None:
    told = announcement(PhoneChain(chain.incident, chain.callees, ()))["report"]
    assert "くり返しています" in told
    assert "復旧していません" not in told
