"""A sheet that was agreed with a server that is really there, and its acceptance run."""

import subprocess
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import boto3
import pytest

from contract import read_hearing_sheet, run_acceptance
from escalate import send_test_mails
from infra.local.demo.servers.agent import SnmpdServer, free_udp_port
from probe import try_monitors
from respond import try_access
from tests.functions.intake_bucket import bucket
from tests.functions.mailing import PostOffice, office
from tests.integration.daemons import PATIENCE_SECONDS
from tests.integration.respond_site.site import KEY, Site
from tests.loopback import loopback
from toban.domain.acceptance import Acceptance, ServerAcceptance
from toban.store.documents import from_document, to_document

__all__ = ["bucket", "office"]
SHEET = """\
customer: {{id: acme, name: "Acme <Ltd>", locale: {locale}}}
contacts:
  - {{name: Yamada, mail: yamada@acme.example, phone: 03-1234-5678, {hours}}}
  - {{name: Sato, mail: sato@acme.example, phone: 090-1234-5678, {hours}}}
servers:
  - id: web01
    addresses: [{site.address}]
    plan: {plan}
    access:
      user: toban
      {key}
      port: {site.ssh.port}
      host_keys: ["{site.ssh.host_keys[0]}"]
    agent: {{version: 3, port: {agent.port}, secret: /toban/acme/snmp}}
    monitors:
      - {{item: http, port: {site.port}}}
      - {{item: disk, threshold: 99}}
"""
GRANTING = "#!/bin/sh\nexit 0\n"
REFUSING = "#!/bin/sh\necho 'sudo: a password is required' >&2; exit 1\n"
ADDRESS = loopback(68)


@pytest.fixture
def site(
    tmp_path: Path, office: PostOffice, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    made = Site(tmp_path / "site", ADDRESS, real=False)
    made.say("sudo", GRANTING)
    boto3.client("ssm").put_parameter(Name="/toban/acme/key", Value=KEY.private, Type="String")
    monkeypatch.setenv("EGRESS_ADDRESSES", "198.51.100.1,198.51.100.2")
    asked = (try_monitors, try_access, send_test_mails)
    for each in asked:
        name = each.__name__.rpartition(".")[2].upper()
        monkeypatch.setenv(f"{name}_FUNCTION", each.__name__)
    handlers = {each.__name__: each.handler for each in asked}
    monkeypatch.setattr(
        run_acceptance, "ask_function", lambda name, event, _: handlers[name](event, None)
    )
    yield made
    made.close()


@pytest.fixture
def authority(aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    made = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    arn = str(made["KeyMetadata"]["Arn"])
    monkeypatch.setenv("SSH_AUTHORITY_KEY", arn)
    return arn


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


def hand_in(site: Site, agent: SnmpdServer, more: str = "", **said: str) -> dict[str, Any]:
    """Agree to the sheet for the next business day; return it as an event."""
    usual = {"locale": "en", "plan": "respond", "hours": "", "key": "key: /toban/acme/key"}
    sheet = SHEET.format(site=site, agent=agent, **usual | said) + more
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
