"""What Amazon Connect is told and what its answers mean, on production's own tables."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from escalate import next_call
from escalate.announcement import announcement
from escalate.phone_chain import PhoneChain
from escalate.telephone import TelephoneNotConfiguredError, refusal_of, telephone
from tests.functions.acme import HTTP, MYSQL
from tests.functions.conftest import RuleClock
from tests.functions.phoning import chain_of_acme
from toban.domain.call import Callees, Outcome
from toban.domain.contract import Contact
from toban.domain.hours import WEEK, WeeklyHours
from toban.domain.observation import Observation, Reason
from toban.domain.policy import Policy
from toban.domain.repair import RepairOutcome, RepairReport
from toban.store import contracts, evidence, incidents, states
from toban.store.documents import to_document

JAPAN = ZoneInfo("Asia/Tokyo")
INSTANCE = "arn:aws:connect:us-east-1:123456789012:instance/11111111-2222-4333-8444-555555555555"
FLOW = f"{INSTANCE}/contact-flow/aaaa"


@pytest.fixture
def chain(aws: None, rule_clock: RuleClock) -> PhoneChain:
    return chain_of_acme(rule_clock.at)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECT_INSTANCE", INSTANCE)
    monkeypatch.setenv("CONNECT_NUMBER", "+815000000000")


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


# -- who is called and what is said ----------------------------------------------------------------


def test_contacts_are_the_customer_s_and_engineers_the_provider_s(chain: PhoneChain) -> None:
    engineers = PhoneChain(chain.incident, Callees.ENGINEERS, ())
    assert [contact.name for contact in chain.contacts()] == ["Alice", "Bob"]
    assert engineers.contacts() == ()
    contracts.save_engineers([Contact("Ena", "ena@msp.example", "+815011111111")])
    assert [contact.name for contact in engineers.contacts()] == ["Ena"]


@pytest.mark.clause("P-4", "N-2")
def test_outside_of_their_hours_a_contact_is_passed_over_and_keeps_the_place_in_the_order(
    chain: PhoneChain, connect: None, rule_clock: RuleClock
) -> None:
    by_day = WeeklyHours(WEEK[:5], 9 * 60, 18 * 60)
    customer = contracts.customer("acme")
    alice, bob = customer.contacts
    contacts = (replace(alice, hours=(by_day,)), bob)
    contracts.save_customer(replace(customer, contacts=contacts))
    event = to_document(chain)
    event = {**event, "round": 1}

    rule_clock.at = datetime(2026, 11, 24, 17, 59, tzinfo=JAPAN)
    assert next_call.handler(event, None)["contact"] == 0
    rule_clock.at = datetime(2026, 11, 24, 18, 0, tzinfo=JAPAN)
    assert next_call.handler(event, None)["contact"] == 1
    rule_clock.at = datetime(2026, 11, 23, 12, 0, tzinfo=JAPAN)  # a public holiday
    assert next_call.handler(event, None)["contact"] == 1


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
