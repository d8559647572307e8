"""Graphs of the 24 hours before stand in the mails that tell of a failure (N-9)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import boto3
import pytest

from graphs import draw_for_mail
from tests.functions.acme import ALICE, BOB, HTTP, LOAD, SERVER, sign
from tests.functions.browsing import get, text
from tests.functions.conftest import REGION, RuleClock
from tests.functions.mailing import PostOffice, notices, office, opened, send
from toban.domain.check import Agent
from toban.domain.contract import Monitor
from toban.domain.incident import Incident
from toban.domain.metrics import Layout, Sample
from toban.domain.plan import Plan
from toban.store import contracts, evidence, incidents, record, samples
from toban.store.documents import to_document

__all__ = ["notices", "office"]
pytestmark = [pytest.mark.clause("N-9"), pytest.mark.usefixtures("aws", "notices")]

PNG = b"\x89PNG\r\n\x1a\n"
AGENT = Agent("192.0.2.10", secret="/toban/acme/agent")
ADDRESS = "/toban/graph.links/toban/address"


@pytest.fixture(autouse=True)
def page_address(aws: None) -> None:
    client = boto3.client("ssm", region_name=REGION)
    client.put_parameter(Name=ADDRESS, Value="https://graphs.example/", Type="String")


def measured(plan: Plan = Plan.RESPOND) -> None:
    """ACME's server has an agent that its load monitor asks."""
    server = sign(plan)
    monitors = tuple(_asking(each) for each in server.monitors)
    contracts.save_server(replace(server, monitors=monitors, agent=AGENT))


def _asking(monitor: Monitor) -> Monitor:
    check = monitor.check
    return replace(monitor, check=replace(check, agent=AGENT) if check.resource else check)


def sampled(rule_clock: RuleClock, hours: int = 3) -> None:
    """Samples of the last hours, the load rising to 4.2."""
    for slot in range(hours * 12 + 1):
        at = rule_clock() - timedelta(minutes=5) * (hours * 12 - slot)
        load = 4.2 if slot == hours * 12 else 0.5
        figures = {"load.1": load, "load.5": load, "load.cores": 2.0, "memory.used": 2.0**30}
        samples.keep(SERVER, at, Sample(Layout(), figures))


def drawn(incident: Incident) -> list[str]:
    alerts = to_document(incidents.alerts(incident.incident_id))
    event = {"incident": to_document(incident), "alerts": alerts}
    return list(draw_for_mail.handler(event, None)["kept"])


def pictures(message: EmailMessage) -> Iterator[EmailMessage]:
    return (part for part in message.walk() if part.get_content_type() == "image/png")


def text_of(message: EmailMessage, form: str = "plain") -> str:
    body = message.get_body((form,))
    assert body
    return str(body.get_content())


def test_a_resource_alert_shows_its_graph_inline_and_says_the_same_in_words(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    measured()
    sampled(rule_clock)
    incident = opened(rule_clock, LOAD)
    assert drawn(incident) == ["load"]
    send(incident, "alert")

    for message in office.messages:
        [picture] = pictures(message)
        html = text_of(message, "html")
        assert picture.get_content().startswith(PNG)
        assert f'src="cid:{str(picture["Content-ID"]).strip("<>")}"' in html
        assert "5 分平均: 現在 4.2" in text_of(message)
        assert re.search(r'alt="ロードアベレージ — web01\. .*現在 4\.2', html)


def test_each_reader_has_a_link_of_their_own(rule_clock: RuleClock, office: PostOffice) -> None:
    measured()
    sampled(rule_clock)
    incident = opened(rule_clock, LOAD)
    drawn(incident)
    send(incident, "alert")

    found = [re.findall(r"https://graphs\.example/g/\S+", text) for _, text in office.letters]
    assert [address for address, _ in office.letters] == [
        *(ALICE.mail, BOB.mail),
        "operator@msp.example",
    ]
    assert [len(each) for each in found] == [1, 1, 1]
    assert len({each for [each] in found}) == 3


def test_the_link_of_an_alert_opens_a_page_that_shows_the_incident(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    measured()
    sampled(rule_clock)
    incident = opened(rule_clock, LOAD)
    drawn(incident)
    send(incident, "alert")
    _, letter = office.letters[0]
    [link] = re.findall(r"https://graphs\.example/g/\S+", letter)
    page = text(get(link))

    assert 'rect class="incident"' in page
    assert "継続中" in page
    assert "4.20" in page


def test_without_an_address_of_the_page_the_mail_goes_out_without_the_link(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    boto3.client("ssm", region_name=REGION).delete_parameter(Name=ADDRESS)
    measured()
    sampled(rule_clock)
    incident = opened(rule_clock, LOAD)
    drawn(incident)
    send(incident, "alert")

    assert all(list(pictures(message)) for message in office.messages)
    assert not any("://" in text for _, text in office.letters)


def test_a_service_that_failed_is_shown_beside_load_and_memory_in_both_of_its_mails(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    measured()
    sampled(rule_clock)
    incident = opened(rule_clock, HTTP)
    assert drawn(incident) == ["load", "memory"]
    send(incident, "alert")
    send(incident, "failure_contact", monitor_id=HTTP)

    assert {len(list(pictures(message))) for message in office.messages} == {2}
    assert len(office.messages) == 5


@pytest.mark.parametrize("kind", ["without samples", "without an agent"])
def test_where_nothing_was_measured_the_mail_is_what_it_was(
    kind: str, rule_clock: RuleClock, office: PostOffice
) -> None:
    measured() if kind == "without samples" else sign()
    incident = opened(rule_clock, LOAD)

    assert drawn(incident) == []
    send(incident, "alert")
    assert {message.get_content_type() for message in office.messages} == {"multipart/alternative"}
    assert not any("multipart/related" in message.as_string() for message in office.messages)
    assert not any("グラフ" in text for _, text in office.letters)


def test_the_record_names_the_graphs_that_are_kept_with_the_incident(
    rule_clock: RuleClock,
) -> None:
    measured()
    sampled(rule_clock)
    incident = opened(rule_clock, LOAD)
    drawn(incident)

    [noted] = [each for each in record.events(incident.incident_id) if each.key == "graphs"]
    assert noted.detail["graphs"] == ["load"]
    assert noted.detail["evidence"] == f"incidents/{incident.incident_id}/graphs.json"
    picture = evidence.load_octets(incident.incident_id, "graph-load.png")
    assert picture and picture.startswith(PNG)


def test_drawn_twice_and_later_the_picture_is_that_of_the_incident(rule_clock: RuleClock) -> None:
    measured()
    sampled(rule_clock)
    incident = opened(rule_clock, LOAD)
    drawn(incident)
    first = evidence.load_octets(incident.incident_id, "graph-load.png")
    rule_clock.pass_by(3_600)
    drawn(incident)

    assert evidence.load_octets(incident.incident_id, "graph-load.png") == first


def test_a_mail_with_all_its_pictures_stays_small(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    measured()
    sampled(rule_clock, hours=24)
    incident = opened(rule_clock, HTTP, LOAD)
    drawn(incident)
    send(incident, "alert")

    assert max(len(message.as_bytes()) for message in office.messages) < 250_000
