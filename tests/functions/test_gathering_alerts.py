"""What an incident tells of once its window is closed, and what operators are reminded of daily."""

from datetime import timedelta
from typing import Any

import pytest

from escalate import gather_alerts, pause_monitors, remind_paused
from tests.functions.acme import HTTP, MYSQL, SERVER, confirmed, sign
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.check import Check
from toban.domain.incident import NO_ALERT, Incident
from toban.domain.letters import MailKind, mail_id
from toban.domain.maintenance import Window, window_id
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.store import incidents, mails, maintenance, shards, states
from toban.store.documents import to_document

pytestmark = pytest.mark.usefixtures("aws")


def gather(incident: Incident) -> dict[str, Any]:
    return gather_alerts.handler({"incident": to_document(incident)}, object())


def announce(rule_clock: RuleClock, *monitor_ids: str) -> None:
    now = rule_clock()
    name = window_id(SERVER, now)
    window = Window(name, SERVER, now, now + timedelta(hours=1), "Alice", "", monitor_ids)
    maintenance.add(window)


@pytest.mark.clause("P-1")
def test_what_can_be_repaired_and_looked_at_is_said(rule_clock: RuleClock) -> None:
    sign(Plan.RESPOND)

    gathered = gather(admit(confirmed(HTTP, rule_clock())))

    assert gathered["monitor_ids"] == [HTTP]
    assert (gathered["repairable"], gathered["collectable"]) == (True, True)


@pytest.mark.clause("C-5")
def test_maintenance_that_begins_before_the_mail_takes_the_alert_back(
    rule_clock: RuleClock,
) -> None:
    sign()
    incident = admit(confirmed(HTTP, rule_clock()))
    announce(rule_clock)

    gathered = gather(incident)

    assert (gathered["alerts"], gathered["priority"]) == ([], NO_ALERT)
    assert states.unwell("shard") == {}
    assert incidents.alerts(incident.incident_id) == []


@pytest.mark.clause("C-5")
def test_maintenance_of_one_monitor_leaves_the_others_in_the_mail(rule_clock: RuleClock) -> None:
    sign()
    incident = admit(confirmed(HTTP, rule_clock()))
    admit(confirmed(MYSQL, rule_clock()))
    announce(rule_clock, HTTP)

    assert gather(incident)["monitor_ids"] == [MYSQL]


@pytest.mark.clause("C-5")
def test_what_the_customer_was_told_of_is_never_taken_back(rule_clock: RuleClock) -> None:
    sign()
    incident = admit(confirmed(HTTP, rule_clock()))
    identity = mail_id(incident.incident_id, MailKind.ALERT, "", "alice@acme.example")
    mails.claim(incident.incident_id, identity, "alert", "alice@acme.example", rule_clock())
    mails.complete(incident.incident_id, identity, "ses", rule_clock())
    announce(rule_clock)

    assert gather(incident)["monitor_ids"] == [HTTP]


def remind(rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    told: list[Any] = []
    monkeypatch.setenv("TELL_OPERATOR_FUNCTION", "toban-tell-operator")
    monkeypatch.setattr(remind_paused, "invoke_later", lambda _, news: told.append(news))
    remind_paused.handler({"scheduled_at": rule_clock().isoformat()}, object())
    return told


@pytest.mark.clause("P-6")
def test_operators_are_reminded_of_what_is_paused(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = sign()
    shard = "every-3-min.phase-0.shard-000"
    checks: list[Check] = [monitor.check for monitor in server.monitors]
    shards.save({shard: checks})
    suspicion = confirmed(HTTP, rule_clock())
    incident = Incident(
        f"{SERVER}.20261123T100000Z", "acme", SERVER, Plan.RESPOND, rule_clock(), 30, Policy()
    )
    incidents.admit([suspicion.alert(70)], shard, incident)
    pause_monitors.handler({"incident": to_document(incident), "about": [HTTP]}, object())

    told = remind(rule_clock, monkeypatch)

    assert told[0]["paused"]["lines"] == [f"{HTTP} 2026-11-23T10:00Z"]


def test_operators_are_not_disturbed_when_nothing_is_paused(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert remind(rule_clock, monkeypatch) == []
