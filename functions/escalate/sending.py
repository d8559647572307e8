"""Sends the mail that facts make, if it is due, to everybody who is to have it."""

from escalate.facts import Facts
from escalate.letter import compose
from escalate.post import Consignment, Delivery, Personal, deliver
from escalate.refusals import tell_of_refusals
from toban import clock
from toban.domain.incident import Incident
from toban.domain.letters import MailKind, is_due, recipients
from toban.domain.plan import Plan
from toban.store import contracts, mails, record

NOTHING = Delivery(0, 0)

OF_WHAT_IS_OPEN = {
    MailKind.FAILURE_CONTACT: "what was to be repaired has recovered",
    MailKind.UNREACHABLE_ALL: "what people were called about has recovered",
}
"""Mails that nobody needs any more when all that they are about is well, and why."""


def send(facts: Facts, incident: Incident, personal: Personal | None = None) -> Delivery:
    """Send the mail, or put on record why it is withheld. Raises MailError when one is owed."""
    if reason := _reason_to_withhold(facts, incident):
        key = f"withheld#{facts.kind}#{facts.monitor_id}"
        what = f"{facts.kind} mail withheld: {reason}"
        record.append(incident.incident_id, key, clock.now(), what, {"reason": reason})
        return NOTHING
    delivery = deliver(_consign(facts, incident, personal))
    tell_of_refusals(incident, delivery)
    return delivery


def _reason_to_withhold(facts: Facts, incident: Incident) -> str:
    """No problem mail, no closing mail: the pair is complete or absent."""
    if not is_due(facts.kind, facts.monitor_id, mails.sent(incident.incident_id)):
        return "no problem mail had gone out, or the alert was closed by another mail"
    if facts.kind is MailKind.PROGRESS and not facts.open_monitor_ids:
        return "everything has recovered"
    if facts.kind in OF_WHAT_IS_OPEN and not facts.about_monitor_ids:
        return OF_WHAT_IS_OPEN[facts.kind]
    return ""


def _consign(facts: Facts, incident: Incident, personal: Personal | None) -> Consignment:
    report = f"report-{facts.progress_number}"
    return Consignment(
        owner=incident.incident_id,
        kind=facts.kind,
        about=report if facts.kind is MailKind.PROGRESS else facts.monitor_id,
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=recipients(
            facts.kind,
            incident.plan,
            facts.customer,
            facts.provider.operator,
            engineers=contracts.engineers() if incident.plan is Plan.MANAGED else (),
        ),
        personal=personal,
        customer_id=incident.customer_id,
    )
