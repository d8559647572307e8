"""The telephone chain where the telephone is not as it should be: the incident goes on."""

from collections.abc import Iterator

import pytest

from infra.local.telephone.behaviour import acknowledges, hangs_up, refused
from tests.integration.phone_site import PhoneSite, phone_site, with_lines
from toban.domain.call import Callees
from toban.domain.contract import Contact
from toban.store import contracts, record
from toban.store.documents import to_document

ALICE, BOB, CAROL = "+819000000001", "+819000000002", "+819000000003"


@pytest.fixture(scope="module")
def site() -> Iterator[PhoneSite]:
    with phone_site(ConnectTraffic="CAMPAIGN") as started:
        yield started


def notices(site: PhoneSite, incident_id: str) -> list[str]:
    told = [event.event for event in record.events(incident_id)]
    return [event for event in told if "operator_notice" in event]


@pytest.mark.clause("P-6")
def test_without_a_telephone_nobody_is_reached_and_the_operators_are_told() -> None:
    with phone_site(ConnectInstanceArn="") as site:
        incident = site.outage()

        result = site.run(incident)

        assert (result["outcome"], result["calls"]) == ("nobody_reached", 0)
        assert result["reason"] == "TelephoneNotConfiguredError"
        assert notices(site, incident.incident_id)


def test_a_country_that_we_may_not_call_is_told_to_the_operators_and_the_next_is_called(
    site: PhoneSite,
) -> None:
    book = site.system.telephone.book
    book.set(ALICE, refused("DestinationNotAllowedException"))
    book.set(BOB, acknowledges())
    incident = site.outage()

    assert site.run(incident)["name"] == "Bob"
    assert site.outcomes(incident)[0] == ("Alice", "carrier_error")
    assert notices(site, incident.incident_id)


def test_campaign_traffic_lets_connect_limit_the_ringing(site: PhoneSite) -> None:
    site.system.telephone.book.set(ALICE, acknowledges())
    incident = site.outage()

    site.run(incident)

    (call,) = site.dialled(incident)
    assert call.request["TrafficType"] == "CAMPAIGN"
    assert call.request["RingTimeoutInSeconds"] == 30


def test_no_more_calls_are_under_way_than_our_limit_allows(site: PhoneSite) -> None:
    for number in (ALICE, BOB, CAROL):
        site.system.telephone.book.set(number, hangs_up(3, 3))
    incidents = [site.outage(with_lines(1)) for _ in range(3)]

    for waiting in [site.start(incident) for incident in incidents]:
        assert site.result(waiting)["calls"] == 3

    calls = sorted(
        (call for incident in incidents for call in site.log(incident)),
        key=lambda call: call.dialled_at,
    )
    seen = [call for incident in incidents for call in site.dialled(incident)]
    seen.sort(key=lambda call: call.dialled_at)
    assert len(calls) == len(seen) == 9
    ends = [call.ended_at for call in seen]
    assert all(
        end is not None and end <= after.dialled_at
        for end, after in zip(ends, seen[1:], strict=False)
    )


def test_a_chain_that_is_started_twice_calls_once_and_tells_both(site: PhoneSite) -> None:
    site.system.telephone.book.set(ALICE, acknowledges())
    incident = site.outage()

    first = site.run(incident)
    again = site.run(incident)

    assert first == again
    assert len(site.dialled(incident)) == 1


def test_a_dial_that_is_repeated_does_not_ring_twice(site: PhoneSite) -> None:
    incident = site.outage()
    call = {"contact": 2, "attempt": 0}
    flow = site.system.resource("Voice.AlertCall")
    event = {"incident": to_document(incident), "callees": Callees.CONTACTS, "about": []}

    for _ in range(3):
        placed = site.system.invoke("PlaceCallFunction", {**event, "call": call, "flow": flow})
        assert placed["status"] == "up"

    assert len(site.dialled(incident)) == 1


def test_a_dial_whose_answer_was_lost_does_not_ring_twice_either(site: PhoneSite) -> None:
    connect = site.system.client("connect")
    wanted = {
        "InstanceId": site.system.resource("Voice.AlertCall").split("/")[1],
        "ContactFlowId": site.system.resource("Voice.AlertCall").split("/")[3],
        "DestinationPhoneNumber": CAROL,
        "SourcePhoneNumber": "+815000000000",
        "ClientToken": "the same call",
    }

    first = connect.start_outbound_voice_contact(**wanted, Attributes={"call": "x"})
    again = connect.start_outbound_voice_contact(**wanted, Attributes={"call": "x"})

    assert first["ContactId"] == again["ContactId"]


def test_an_answer_without_the_nonce_of_its_call_counts_for_nothing(site: PhoneSite) -> None:
    site.system.telephone.book.set(ALICE, hangs_up(20, 20))
    incident = site.outage()
    waiting = site.start(incident)
    site.wait_for(lambda: site.dialled(incident))
    call = site.dialled(incident)[0].attributes

    for parameters in (
        {"call": call["call"], "nonce": "guessed", "key": "1"},
        {"call": call["call"], "nonce": "", "key": "1"},
        {"call": call["call"], "nonce": "推測", "key": "1"},
        {"call": "acme.web01.20000101T000000Z.contacts.0.0", "nonce": call["nonce"], "key": "1"},
        {"call": "nonsense", "nonce": call["nonce"], "key": "1"},
        {"call": call["call"], "nonce": call["nonce"], "key": "7"},
    ):
        event = {"Name": "ContactFlowEvent", "Details": {"Parameters": parameters}}
        assert site.system.invoke("TakeAnswerFunction", event) == {"result": "refused"}

    site.recover(incident)
    assert site.result(waiting)["reached"] is False


def test_a_late_answer_changes_nothing(site: PhoneSite) -> None:
    site.system.telephone.book.set(ALICE, hangs_up(2, 2))
    site.system.telephone.book.set(BOB, acknowledges())
    incident = site.outage()
    site.run(incident)
    call = site.dialled(incident)[0].attributes

    parameters = {"call": call["call"], "nonce": call["nonce"], "key": "1"}
    event = {"Name": "ContactFlowEvent", "Details": {"Parameters": parameters}}

    assert site.system.invoke("TakeAnswerFunction", event) == {"result": "late"}
    assert site.outcomes(incident)[0] == ("Alice", "answered_no_key")


@pytest.mark.clause("M-1")
def test_engineers_are_called_like_contacts_by_their_own_rota(site: PhoneSite) -> None:
    engineer = Contact("Ena", "ena@msp.example", "+815011111111")
    contracts.save_engineers([engineer])
    site.system.telephone.book.set(engineer.phone, acknowledges())
    incident = site.outage()

    result = site.run(incident, "engineers")

    assert (result["name"], result["reached"]) == ("Ena", True)
    (call,) = site.log(incident, Callees.ENGINEERS)
    assert call.number == "+81******1111"
