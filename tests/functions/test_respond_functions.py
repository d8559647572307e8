"""The entry points of respond, with production's tables and a server that really answers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local.demo.servers.ssh import real_sshd
from respond import collect_diagnostics, run_runbook
from tests.functions.conftest import RuleClock
from tests.integration.respond_site.site import HTTP, KEY, SERVER, Site
from tests.loopback import loopback
from toban import clock
from toban.domain.incident import Alert, Incident
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.repair import Diagnostics, HoldReason, RepairReport
from toban.domain.work import Work
from toban.store import contracts, evidence, record, repairs, turns
from toban.store.documents import to_document

pytestmark = pytest.mark.usefixtures("aws", "rule_clock")


@pytest.fixture
def site(tmp_path: Path, aws: None) -> Iterator[Site]:
    made = Site(tmp_path / "site", loopback(64), real=bool(real_sshd()))
    boto3.client("ssm").put_parameter(Name="/toban/acme/key", Value=KEY.private, Type="String")
    contracts.save_server(made.server())
    yield made
    made.close()


def incident(number: int = 1) -> Incident:
    name = f"{SERVER}.20261123T10000{number}Z"
    return Incident(name, "acme", SERVER, Plan.RESPOND, clock.now(), 30, Policy())


def looked(incident: Incident, monitor_id: str = HTTP) -> dict[str, Any]:
    at = clock.now()
    alert = Alert(monitor_id, 70, at, at, Observation(monitor_id, Reason.REFUSED, at))
    event = {"incident": to_document(incident), "alerts": [to_document(alert)]}
    return collect_diagnostics.handler(event, None)


def worked(incident: Incident, fence: int | None) -> dict[str, Any]:
    work = Work(HTTP, "nginx")
    event = {"incident": to_document(incident), "work": to_document(work), "fence": fence}
    return run_runbook.handler(event, None)


def turn_of(incident: Incident) -> int | None:
    return turns.take(SERVER, incident.incident_id, clock.now(), 900)


@pytest.mark.clause("N-4")
def test_what_was_collected_is_kept_with_the_incident(site: Site) -> None:
    result = looked(incident())

    kept = evidence.load(incident().incident_id, "diagnostics", Diagnostics)
    assert kept
    assert result == {
        "collected": True,
        "failure": "",
        "host_key_changed": False,
        "evidence": f"incidents/{incident().incident_id}/diagnostics.json",
        "findings": len(kept.findings),
    }
    assert [told.event for told in record.events(incident().incident_id)] == ["diagnostics"]


@pytest.mark.clause("N-4")
def test_a_server_that_is_gone_gives_a_result_all_the_same(site: Site) -> None:
    site.ssh.stop()

    result = looked(incident())

    assert not result["collected"]
    assert result["failure"].startswith("refused")


def test_a_monitor_that_left_the_contract_since_is_not_missed(site: Site) -> None:
    assert looked(incident(), f"{SERVER}.gone")["collected"]


@pytest.mark.clause("P-1")
def test_the_runbook_starts_the_service_and_says_what_to_verify(site: Site) -> None:
    result = worked(incident(), turn_of(incident()))

    assert result == {
        "outcome": "acted",
        "hold": "none",
        "changed": True,
        "verify": True,
        "unit": "nginx",
        "evidence": f"incidents/{incident().incident_id}/repair-{HTTP}.json",
    }
    kept = evidence.load(incident().incident_id, f"repair-{HTTP}", RepairReport)
    assert kept
    assert kept.changed
    assert site.changes == ["start"]


def test_called_twice_it_restarts_once_and_tells_the_same(site: Site) -> None:
    fence = turn_of(incident())

    results = [worked(incident(), fence) for _ in range(2)]

    assert results[0] == results[1]
    assert site.changes == ["start"]


def test_a_run_cut_off_after_its_claim_is_not_repeated_but_verified(site: Site) -> None:
    fence = turn_of(incident())
    repairs.claim(SERVER, "nginx", incident().incident_id, clock.now(), 3600)

    result = worked(incident(), fence)

    assert (result["hold"], result["changed"], result["verify"]) == ("interrupted", False, True)
    assert site.changes == []


def test_a_unit_restarted_by_an_earlier_incident_waits_for_the_cooldown(
    site: Site, rule_clock: RuleClock
) -> None:
    repairs.claim(SERVER, "nginx", incident(1).incident_id, clock.now(), 3600)
    rule_clock.at += timedelta(minutes=59)
    fence = turn_of(incident(2))

    held = worked(incident(2), fence)
    rule_clock.at += timedelta(minutes=1)
    acted = worked(incident(2), fence)

    assert (held["hold"], held["verify"]) == ("restarted_recently", False)
    assert acted["outcome"] == "acted"
    assert site.changes == ["start"]


def test_who_has_lost_the_turn_changes_nothing(site: Site) -> None:
    fence = turn_of(incident(1))
    turns.release(SERVER, incident(1).incident_id)
    turn_of(incident(2))

    assert worked(incident(1), fence)["hold"] == "turn_lost"
    assert repairs.last_restart(SERVER, "nginx") is None
    assert site.changes == []


@pytest.mark.clause("P-2", "P-10")
def test_a_run_cut_off_in_the_middle_is_told_as_begun_and_not_begun_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda ends a process without a word; here the machine goes away with the first change."""
    fence, name = turn_of(incident()), f"repair-{HTTP}"

    def cut_off(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr("respond.steps.unit._act", cut_off)
    with pytest.raises(SystemExit):
        worked(incident(), fence)
    kept = evidence.load(incident().incident_id, name, RepairReport)
    site.ssh.stop()
    again = worked(incident(), fence)

    assert kept
    assert (kept.hold, kept.untouched) == (HoldReason.INTERRUPTED, False)
    assert (again["hold"], again["verify"]) == ("interrupted", True)
    assert [told.key for told in record.events(incident().incident_id)] == [f"repair#{HTTP}"]
