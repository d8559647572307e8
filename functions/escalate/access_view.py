"""What fills the mail about the daily check of the ways into a server (clause C-8)."""

from escalate.facts import Facts
from escalate.particulars import View
from toban.domain.access import AccessNotice, WayChange
from toban.domain.plan import Capability, may
from toban.domain.runbook import EntryFailure
from toban.text.moments import rough_moment
from toban.text.plain import lines, one_line
from toban.text.remarks import remarked
from toban.text.words import SECTIONS, Words, words

DETAIL_LINES = 20


def access_view(facts: Facts) -> View:
    """Return what the mail shows; raises ValueError when facts are missing."""
    customer, server, change = facts.customer, facts.server, facts.change
    if customer is None or server is None or change is None:
        raise ValueError(f"a mail of kind {facts.kind} needs customer, server and change")
    said = words(customer.locale)
    restored, host = change.finding is AccessNotice.RESTORED, one_line(server.host)
    repaired = may(server.plan, Capability.REPAIR)
    failed = "mail_failed" if repaired else "mail_failed_notify"
    return {
        "customer": one_line(customer.name),
        "host": host,
        "addresses": one_line(", ".join(server.addresses)) or said.unknown,
        "headline": said.say("general", "headline", place=host, title=outcome(change, said)),
        "restored": restored,
        "opening": said.say("access", "mail_restored" if restored else failed),
        "outcome": outcome(change, said),
        "since": rough_moment(change.since, customer.zone),
        "detail": details(change, said),
    }


def details(change: WayChange, said: Words) -> list[str]:
    """Return what was seen, our own remarks in the reader's language."""
    return [remarked(line, said) for line in lines(change.detail)[:DETAIL_LINES]]


def outcome(change: WayChange, said: Words) -> str:
    """Return which way works or does not, and why."""
    way = said.say("access", change.way)
    if change.finding is AccessNotice.RESTORED:
        return said.say("access", "works", way=way)
    entry = SECTIONS[EntryFailure]
    fault = said.say(entry if said.has(entry, change.fault) else "access", change.fault)
    return said.say("access", "line", way=way, fault=fault)
