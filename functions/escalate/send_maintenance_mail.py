"""Tell the contacts, and who asked for it, that maintenance is accepted or over (catalogue
8.1).
"""

from dataclasses import replace
from email.utils import parseaddr
from typing import Any

from escalate.facts import Facts
from escalate.letter import compose
from escalate.post import Consignment, deliver
from escalate.provider import provider
from toban import clock
from toban.domain.identifier import customer_of, stamp
from toban.domain.letters import Mailbox, MailKind, recipients
from toban.domain.maintenance import Rule, Window, WindowState
from toban.domain.plan import Plan
from toban.store import contracts, maintenance, record
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"kind": "maintenance_accepted" | "maintenance_ended", "window_id"}; return how many
    were sent and refused.
    """
    window = maintenance.get(event["window_id"])
    if window is None:
        raise LookupError(event["window_id"])
    rule = maintenance.rule(window.rule_id) if window.rule_id else None
    facts = _gather(MailKind(event["kind"]), window, rule)
    return dict(to_document(deliver(_consign(facts, window, rule))))


def _gather(kind: MailKind, window: Window, rule: Rule | None) -> Facts:
    now = clock.now()
    facts = Facts(
        kind=kind,
        provider=provider(),
        now=now,
        customer=contracts.customer(customer_of(window.server_id)),
        server=contracts.server(window.server_id),
        window=window,
        recurrence=rule.recurrence if rule else None,
    )
    if kind is MailKind.MAINTENANCE_ACCEPTED:
        return facts
    others = [each for each in maintenance.since(window.server_id, now) if each.is_to_come(now)]
    following = (each for each in others if rule and each.rule_id == rule.rule_id)
    return replace(
        facts,
        next_window=next(following, None),
        overlapping=next((each for each in others if each.state(now) is WindowState.OPEN), None),
        failing_monitor_ids=_failing(window),
    )


def _failing(window: Window) -> tuple[str, ...] | None:
    """Return what the check at the window's end has put on record; None when there was none."""
    ends = [event for event in record.events(window.window_id) if event.event == OVER]
    return tuple(ends[0].detail["failing"]) if ends else None


OVER = "maintenance over"


def _consign(facts: Facts, window: Window, rule: Rule | None) -> Consignment:
    owner, about = window.window_id, ""
    if facts.kind is MailKind.MAINTENANCE_ACCEPTED and window.extended_at:
        about = f"until-{stamp(window.ends_at)}"
    elif facts.kind is MailKind.MAINTENANCE_ACCEPTED and rule:
        # a rule is accepted once, not anew for each of its windows
        owner, about = rule.rule_id, f"since-{stamp(rule.since)}"
    plan = facts.server.plan if facts.server else Plan.NOTIFY
    told = recipients(facts.kind, plan, facts.customer, "", _requester(window))
    return Consignment(
        owner=owner,
        kind=facts.kind,
        about=about,
        letter=compose(facts),
        sender=facts.provider.mailbox,
        recipients=told,
        customer_id=customer_of(window.server_id),
    )


def _requester(window: Window) -> Mailbox | None:
    """Return who asked, when what they are named by holds a mail address."""
    name, address = parseaddr(window.requested_by)
    return Mailbox(name, address) if "@" in address else None
