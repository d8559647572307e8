"""What is kept of an incident, and for how long (clause C-7)."""

from datetime import timedelta

import boto3
import pytest

from tests.functions.acme import HTTP, confirmed, sign
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.call import Callees, CallId
from toban.domain.incident import Incident
from toban.settings import region, stack
from toban.store import calls, incidents, mails, record, repairs, work_items

DAY = timedelta(days=1)


def ends(owner: str) -> dict[str, float]:
    """Return when each item that is kept of the owner expires, as the table has it."""
    table = boto3.resource("dynamodb", region_name=region()).Table(f"{stack()}-incidents")
    items = table.scan()["Items"]
    return {
        str(item["item"]): float(str(item.get("expires_at", 0)))
        for item in items
        if item["incident_id"] == owner
    }


def lived(incident: Incident, rule_clock: RuleClock) -> None:
    """Let everything happen to the incident that leaves something behind."""
    name, at = incident.incident_id, rule_clock()
    record.append(name, "gathered", at, "alerts gathered")
    mails.claim(name, f"{name}.alert.0", "alert", "alice@acme.example", at)
    calls.open_chain(name, Callees.CONTACTS, [HTTP], "token")
    calls.plan(CallId(name, Callees.CONTACTS, 0, 0), "nonce")
    repairs.await_end(name, 1, "token", at)
    work_items.open_for(name, at, "incidents/report.json")


@pytest.mark.clause("C-7")
def test_everything_about_an_incident_ends_at_its_term(
    machines: None, rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIDENCE_DAYS", "30")
    sign()
    incident = admit(confirmed(HTTP, rule_clock()))

    lived(incident, rule_clock)

    found = ends(incident.incident_id)
    kinds = {name.partition("#")[0] for name in found}
    assert kinds == {"incident", "alert", "event", "mail", "chain", "call", "repair", "work-item"}
    assert set(found.values()) == {(rule_clock() + 30 * DAY).timestamp()}


@pytest.mark.clause("C-7")
def test_an_incident_that_goes_on_is_kept_until_a_term_after_its_end(
    machines: None, rule_clock: RuleClock
) -> None:
    sign()
    incident = admit(confirmed(HTTP, rule_clock()))
    rule_clock.pass_by(100 * DAY.total_seconds())

    incidents.close(incident.incident_id, rule_clock())

    kept = ends(incident.incident_id)
    assert kept["incident"] == (rule_clock() + 400 * DAY).timestamp()
