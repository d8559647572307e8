"""The acceptance run: a server as it was agreed, tried by everything that will watch it."""

import subprocess
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import boto3
import pytest

from contract import read_hearing_sheet, run_acceptance
from infra.local.demo.servers.agent import SnmpdServer, free_udp_port, snmpd_program
from probe import try_monitors
from respond import try_access
from tests.functions.conftest import RuleClock
from tests.integration.daemons import PATIENCE_SECONDS
from tests.integration.respond_site.site import KEY, Site
from toban.domain.acceptance import Acceptance, ServerAcceptance
from toban.store.documents import from_document, to_document

pytestmark = [
    pytest.mark.usefixtures("aws", "rule_clock"),
    pytest.mark.skipif(snmpd_program() is None, reason="needs the Debian package snmpd"),
]

SHEET = """\
customer: {{id: acme, name: "Acme <Ltd>", locale: {locale}}}
contacts:
  - {{name: Yamada, mail: yamada@acme.example, phone: 03-1234-5678}}
servers:
  - id: web01
    addresses: [{site.address}]
    plan: respond
    access:
      user: toban
      key: /toban/acme/key
      port: {site.ssh.port}
      host_keys: ["{site.ssh.host_keys[0]}"]
    agent: {{version: 3, port: {agent.port}, secret: /toban/acme/snmp}}
    monitors:
      - {{item: http, port: {site.port}}}
      - {{item: disk, threshold: 99}}
"""
GRANTING = "#!/bin/sh\nexit 0\n"
REFUSING = "#!/bin/sh\necho 'sudo: a password is required' >&2; exit 1\n"
ADDRESS = "127.0.0.68"


@pytest.fixture
def site(tmp_path: Path, aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    made = Site(tmp_path / "site", ADDRESS, real=False)
    made.say("sudo", GRANTING)
    boto3.client("ssm").put_parameter(Name="/toban/acme/key", Value=KEY.private, Type="String")
    monkeypatch.setenv("EGRESS_ADDRESSES", "198.51.100.1,198.51.100.2")
    for name, handler in (("TRY_MONITORS", try_monitors), ("TRY_ACCESS", try_access)):
        monkeypatch.setenv(f"{name}_FUNCTION", handler.__name__)
    handlers = {each.__name__: each.handler for each in (try_monitors, try_access)}
    monkeypatch.setattr(
        run_acceptance, "ask_function", lambda name, event, _: handlers[name](event, None)
    )
    yield made
    made.close()


@pytest.fixture
def agent(tmp_path: Path, site: Site) -> Iterator[SnmpdServer]:
    made = SnmpdServer(ADDRESS, free_udp_port(ADDRESS), tmp_path)
    made.start()
    value = made.secret("3")
    boto3.client("ssm").put_parameter(Name="/toban/acme/snmp", Value=value, Type="String")
    yield made
    made.stop()


def start(site: Site) -> None:
    """Start the service as its administrator would, and wait until it answers."""
    subprocess.run([site.folder / "bin" / "systemctl", "start", "nginx"], check=True)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not site.answers() and time.monotonic() < deadline:
        time.sleep(0.05)


def hand_in(site: Site, agent: SnmpdServer, locale: str = "en", more: str = "") -> dict[str, Any]:
    """Agree to the sheet for the next business day; return it as an event."""
    sheet = SHEET.format(site=site, agent=agent, locale=locale) + more
    event: dict[str, Any] = {"sheet": sheet, "file": "acme.yaml"}
    assert read_hearing_sheet.handler({**event, "action": "apply"}, None)["mistakes"] == []
    return event


def accept(event: dict[str, Any]) -> tuple[ServerAcceptance, str]:
    answer = run_acceptance.handler(event, None)
    assert answer["mistakes"] == []
    (server,) = from_document(answer["acceptance"], Acceptance).servers
    assert answer["passed"] is server.passed
    assert to_document(answer)  # it travels as JSON
    return server, unescape(answer["sign_off"])


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


def test_a_name_of_a_customer_is_never_markup(site: Site, agent: SnmpdServer) -> None:
    answer = run_acceptance.handler(hand_in(site, agent), None)

    assert "Acme &lt;Ltd&gt;" in answer["sign_off"]
    assert "<Ltd>" not in answer["sign_off"]


def test_only_what_was_agreed_is_tried(site: Site, agent: SnmpdServer) -> None:
    event = hand_in(site, agent)
    other = {**event, "sheet": event["sheet"].replace("threshold: 99", "threshold: 98")}

    answer = run_acceptance.handler(other, None)

    assert "was not handed in" in answer["mistakes"][0]
    assert (answer["acceptance"], answer["sign_off"]) == (None, "")


def test_a_sheet_with_mistakes_is_not_tried() -> None:
    answer = run_acceptance.handler({"sheet": "customer: {}\n", "file": "acme.yaml"}, None)

    assert answer["mistakes"]
    assert not answer["passed"]


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
