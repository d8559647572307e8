"""The acceptance run: a server as it was agreed, tried by everything that will watch it."""

import boto3
import pytest

from contract import agreement, run_acceptance
from infra.local.demo.servers.agent import SnmpdServer, snmpd_program
from probe import try_monitors
from tests.functions.accepting import ADDRESS, REFUSING, accept, agent, hand_in, site, start
from tests.functions.conftest import RuleClock
from tests.functions.intake_bucket import bucket, text_of
from tests.functions.mailing import PostOffice, office
from tests.integration.respond_site.site import KEY, Site
from toban.store.documents import to_document

__all__ = ["agent", "bucket", "office", "site"]
pytestmark = [
    pytest.mark.usefixtures("aws", "rule_clock"),
    pytest.mark.skipif(snmpd_program() is None, reason="needs the Debian package snmpd"),
]


@pytest.mark.clause("C-2", "C-9")
def test_a_server_that_is_ready_passes_before_its_first_day_and_the_sheet_tells_all_of_it(
    site: Site, agent: SnmpdServer
) -> None:
    start(site)
    server, sheet = accept(hand_in(site, agent))

    assert server.passed, server
    assert site.changes == ["start"]  # nothing but what this test did
    for told in (
        "everything works",
        "2.5 to 6.5 min",  # how soon a failed port is told of
        "198.51.100.1\n198.51.100.2",
        f'restrict,from="198.51.100.1,198.51.100.2" {KEY.public}',
        f"TCP {site.ssh.port} (SSH) {ADDRESS}",
        f"UDP {agent.port} (SNMP 3) {ADDRESS}",
        site.ssh.host_keys[0],
        "start or restart of the service",
    ):
        assert told in sheet
    plain = sheet.replace("<pre>", "").replace("</pre>", "")
    lines = [line for line in plain.splitlines() if "NOPASSWD" in line]
    assert [line.rpartition("/")[2] for line in lines] == [
        "systemctl start nginx.service",
        "systemctl restart nginx.service",
        "nginx -t",
    ]
    assert all("toban ALL=(root) NOPASSWD: /" in line for line in lines)


@pytest.mark.clause("C-2")
def test_what_does_not_work_yet_is_told_in_the_customers_language(
    site: Site, agent: SnmpdServer
) -> None:
    site.say("sudo", REFUSING)
    server, sheet = accept(hand_in(site, agent, locale="ja"))

    assert not server.passed
    assert "要対応" in sheet
    assert "接続拒否" in sheet  # nginx was not started
    assert "下記のコマンドが sudo で許可されていません" in sheet
    assert "systemctl restart nginx.service" in sheet
    assert site.changes == []


@pytest.mark.clause("C-2", "N-11")
def test_a_line_that_the_agents_configuration_lacks_is_named(
    site: Site, agent: SnmpdServer
) -> None:
    start(site)
    event = hand_in(site, agent, more="      - {item: proc_custom, process: absent}\n")
    server, sheet = accept(event)

    assert not server.passed
    assert "Lines that seem to be missing in snmpd.conf" in sheet
    assert "<pre>proc absent</pre>" in sheet


def test_only_what_was_agreed_is_tried(site: Site, agent: SnmpdServer) -> None:
    event = hand_in(site, agent)
    other = {**event, "sheet": event["sheet"].replace("threshold: 99", "threshold: 98")}

    answer = run_acceptance.handler(other, None)

    assert "was not handed in" in answer["mistakes"][0]
    assert (answer["acceptance"], answer["sign_off"]) == (None, "")


def test_a_run_that_was_overtaken_before_it_began_is_answered_beside_its_sheet(
    site: Site, agent: SnmpdServer, office: PostOffice, bucket: str
) -> None:
    terms = agreement.agreed_terms(hand_in(site, agent))
    run = agreement.run_of(terms, "accept/acme.yaml", "1", call=False)
    hand_in(site, agent, locale="ja")

    answer = run_acceptance.handler({"run": to_document(run)}, None)

    assert "was not handed in" in answer["mistakes"][0]
    assert "was not handed in" in text_of(bucket, "result/accept/acme.yaml.txt")
    assert office.to("yamada@acme.example") == []


def test_a_sheet_with_mistakes_is_not_tried() -> None:
    answer = run_acceptance.handler({"sheet": "customer: {}\n", "file": "acme.yaml"}, None)

    assert answer["mistakes"]
    assert not answer["passed"]


@pytest.mark.clause("C-8", "N-8")
def test_a_secret_of_the_agent_that_we_cannot_read_is_our_side_and_no_fault_of_the_server(
    site: Site, agent: SnmpdServer
) -> None:
    event = hand_in(site, agent)
    boto3.client("ssm").delete_parameter(Name="/toban/acme/snmp")

    server, sheet = accept(event)

    assert not server.passed
    assert server.match is None
    assert "the secret of the agent cannot be read on our side" in sheet


@pytest.mark.clause("N-8")
def test_a_run_without_sight_passes_nothing(
    site: Site, agent: SnmpdServer, monkeypatch: pytest.MonkeyPatch, nobody_listens: int
) -> None:
    start(site)
    monkeypatch.setattr(try_monitors, "references_answer", lambda _: False)

    server, sheet = accept(hand_in(site, agent))

    assert not server.passed
    assert "Our own side could not see" in sheet


def test_the_day_of_the_run_stands_on_the_sheet(
    site: Site, agent: SnmpdServer, rule_clock: RuleClock
) -> None:
    _, sheet = accept(hand_in(site, agent))

    assert f"{rule_clock.at:%Y-%m-%d}" in sheet
