"""The history of an incident is read from its record, whatever its server is called."""

from dataclasses import replace

from escalate.recalling import recall
from tests.functions.acme import confirmed, sign
from tests.functions.conftest import RuleClock
from toban.domain.identifier import incident_id
from toban.domain.incident import Incident
from toban.domain.letters import MailKind, mail_id
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.store import contracts, incidents, mails, record


def test_a_server_may_be_called_like_what_follows_from_the_end(
    aws: None, rule_clock: RuleClock
) -> None:
    at, monitor_id = rule_clock(), "acme.report.resumed"
    server = sign()
    contracts.save_server(replace(server, server_id="acme.report", monitors=()))
    name = incident_id("acme.report", at)
    incident = Incident(name, "acme", "acme.report", Plan.RESPOND, at, 30, Policy())
    incidents.admit([confirmed(monitor_id, at).alert(70)], "shard", incident)
    mail = mail_id(name, MailKind.ALERT, "", "alice@acme.example")
    mails.claim(name, mail, MailKind.ALERT, "alice@acme.example", at)
    mails.complete(name, mail, "ses-1", at)
    for key in (f"confirmed#{monitor_id}", f"mail#{mail}", "closed", "report"):
        record.append(name, key, at, key)

    told = recall(incident)

    assert [event.sort for event in told.events] == ["confirmed", "mail", "closed"]
    assert [each.name for each in told.mails] == [mail]
