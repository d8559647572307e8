"""The duty's entry points on a server that knows no key of ours: in whose name it is entered."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from respond import collect_diagnostics, roll_back, run_commands, run_runbook
from tests.integration.respond_site.peers import needs_sshd
from tests.integration.respond_site.site import HTTP, SERVER, Site
from tests.loopback import loopback
from toban import authority, clock
from toban.authority import forget_authority
from toban.domain.check import Check, Kind
from toban.domain.contract import Family, Monitor
from toban.domain.incident import Incident
from toban.domain.own_check import AlertRule, CommandQuestion, Comparison
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.repair import RepairOutcome, RepairReport, StepName, StepReport
from toban.domain.work import Work
from toban.store import contracts, evidence, turns
from toban.store.documents import to_document

pytestmark = [needs_sshd, pytest.mark.usefixtures("aws", "rule_clock"), pytest.mark.clause("C-1")]
INCIDENT = f"{SERVER}.20261123T100001Z"
COMMAND = f"{SERVER}.queue"


@pytest.fixture
def log(tmp_path: Path, aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log of the server's sshd."""
    made = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    monkeypatch.setenv("SSH_AUTHORITY_KEY", made["KeyMetadata"]["Arn"])
    trusted = tmp_path / "toban_ca.pub"
    trusted.write_text(authority.trusted_line(made["KeyMetadata"]["Arn"]), encoding="ascii")
    listed = tmp_path / "toban_principals"
    listed.write_text("acme@toban\n", encoding="ascii")
    trust = [f"TrustedUserCAKeys {trusted}", f"AuthorizedPrincipalsFile {listed}"]
    options = ["LogLevel VERBOSE", *trust]
    site = Site(tmp_path / "site", loopback(76), real=True, options=options)
    (tmp_path / "site" / "ssh" / "authorized_keys").write_text("", encoding="ascii")
    rule = AlertRule(Comparison.EXITS_OTHERWISE, "0")
    check = Check(COMMAND, Kind.COMMAND, site.address, command=CommandQuestion("true", rule))
    queue = Monitor(COMMAND, "command", Family.STATUS, "", "", 99, check)
    server = site.server()
    assert server.access
    access = replace(server.access, key="")
    contracts.save_server(replace(server, access=access, monitors=(site.monitor(), queue)))
    yield tmp_path / "site" / "ssh" / "sshd.log"
    site.close()
    forget_authority()


def names(log: Path) -> set[str]:
    """Return in whose names somebody came in."""
    accepted = re.findall(r"^Accepted publickey .*$", log.read_text(encoding="utf-8"), re.MULTILINE)
    found = {re.sub(r'.* ID "?([^ "]+)"? \(serial.*', r"\1", line) for line in accepted}
    assert accepted
    return found


def event(**more: Any) -> dict[str, Any]:
    incident = Incident(INCIDENT, "acme", SERVER, Plan.RESPOND, clock.now(), 30, Policy())
    return {"incident": to_document(incident), **more}


def work() -> dict[str, Any]:
    fence = turns.take(SERVER, INCIDENT, clock.now(), 900)
    return {"work": to_document(Work(HTTP, "nginx")), "fence": fence}


def test_diagnostics_are_collected_in_the_name_of_the_incident(log: Path) -> None:
    assert collect_diagnostics.handler(event(alerts=[]), None)["collected"]
    assert names(log) == {INCIDENT}


def test_a_runbook_is_carried_out_in_the_name_of_the_incident(log: Path) -> None:
    assert run_runbook.handler(event(**work()), None)["outcome"] == "acted"
    assert names(log) == {INCIDENT}


def test_a_repair_is_undone_in_the_name_of_the_incident(log: Path) -> None:
    steps = (StepReport(StepName.START, clock.now(), True),)
    report = RepairReport(
        HTTP, "nginx", RepairOutcome.ACTED, clock.now(), changed=True, steps=steps
    )
    evidence.save(INCIDENT, f"repair-{HTTP}", report)

    assert roll_back.handler(event(**work()), None)["rolled_back"]
    assert names(log) == {INCIDENT}


def test_a_customers_own_commands_are_run_in_their_own_name(log: Path) -> None:
    asked = {"server_id": SERVER, "monitor_ids": [COMMAND]}

    (seen,) = run_commands.handler(asked, None)["observations"]

    assert seen["reason"] == "ok"
    assert names(log) == {"commands"}
