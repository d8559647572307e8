"""A person has taken an incident up, and an operator has noted it (P-4)."""

import pytest

from escalate.acknowledge_incident import handler as acknowledge_incident
from escalate.gathering import gather_facts
from escalate.next_call import handler as next_call
from tests.functions.acme import HTTP
from tests.functions.announcing import planned
from tests.functions.conftest import RuleClock
from tests.functions.test_deferral import escalation, incident
from toban.domain.incident import Incident
from toban.store.documents import to_document

__all__ = ["incident"]


def taken_up(incident: Incident) -> None:
    acknowledge_incident({"incident_id": incident.incident_id, "by": "Alice"}, None)


@pytest.mark.clause("P-4")
def test_who_took_it_up_while_the_response_waited_is_not_called_in_a_later_round(
    incident: Incident, rule_clock: RuleClock
) -> None:
    planned(minutes=60)
    assert not escalation(incident)["call"]
    taken_up(incident)
    rule_clock.pass_by(3_601)

    for number in (2, 3):
        found = escalation(incident, number)
        chain = {"incident": to_document(incident), "callees": "contacts", "about": found["about"]}
        following = next_call({**chain, "round": number}, None)
        assert found["call"]
        assert (following["action"], following["ending"]) == ("end", "acknowledged")


@pytest.mark.clause("P-3", "P-4")
def test_a_failure_mail_promises_no_calls_when_a_person_has_taken_it_up(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECT_INSTANCE", "arn:aws:connect:::instance/toban")
    mail = {"kind": "failure_contact", "monitor_id": HTTP}
    promised = gather_facts(incident, mail).calling
    taken_up(incident)

    assert (promised, gather_facts(incident, mail).calling) == (True, False)
