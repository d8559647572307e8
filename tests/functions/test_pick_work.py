"""What an incident works on next, and what it leaves alone."""

from dataclasses import replace
from typing import Any

import pytest

from escalate import gather_alerts, pick_work
from tests.functions.acme import HTTP, MYSQL, SERVER, failing, sign
from tests.functions.conftest import RuleClock
from tests.functions.mailing import opened
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.store import contracts, incidents, record, states, turns
from toban.store.documents import to_document

pytestmark = pytest.mark.usefixtures("aws")


def pick(incident: Incident, *seen: Observation) -> dict[str, Any]:
    fence = turns.take(SERVER, incident.incident_id, incident.opened_at, 900)
    event = {"incident": to_document(incident), "fence": fence, "observations": to_document(seen)}
    return pick_work.handler(event, None)


@pytest.mark.clause("C-6", "P-8")
def test_a_monitor_that_has_left_the_contract_is_not_in_the_way_of_the_others(
    rule_clock: RuleClock,
) -> None:
    server, at = sign(), rule_clock()
    incident = opened(rule_clock, HTTP, MYSQL)
    incidents.close_alert(incident.incident_id, HTTP, Observation(HTTP, Reason.NOT_WATCHED, at))
    states.close(HTTP, incident.incident_id, at)
    left = [each for each in server.monitors if each.monitor_id != HTTP]
    contracts.save_server(replace(server, monitors=tuple(left)))

    assert pick(incident, failing(MYSQL, at))["work"]["monitor_id"] == MYSQL
    gathered = gather_alerts.handler({"incident": to_document(incident)}, None)
    assert gathered["repairable"]


@pytest.mark.parametrize(
    ("reason", "noted"),
    [(Reason.OK, ["not-needed"]), (Reason.BLIND, ["not-judged"]), (Reason.REFUSED, [])],
)
def test_what_is_not_worked_on_is_on_record_for_what_it_is(
    rule_clock: RuleClock, reason: Reason, noted: list[str]
) -> None:
    sign()
    incident = opened(rule_clock, HTTP)

    picked = pick(incident, Observation(HTTP, reason, rule_clock()))

    told = [event.sort for event in record.events(incident.incident_id)]
    assert (picked["found"], [sort for sort in told if sort.startswith("not-")]) == (
        reason is Reason.REFUSED,
        noted,
    )
