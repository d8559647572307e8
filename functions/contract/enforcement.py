"""Puts agreed terms in force, and lets the schedules watch them."""

from dataclasses import replace
from datetime import date

from contract.compilation import compile_shards
from contract.contacts_audit import forget_who_left, to_note_when_in_force
from contract.ended_watch import end_watch, is_open
from toban.domain.contract import Monitor, Server
from toban.domain.revision import Revision, Terms
from toban.store import revisions


def enforce_due(today: date) -> list[Revision]:
    """Put in force what was agreed up to this day, the last word of each customer; return what is
    wholly in force. Done twice it is the same; where somebody else was first at a customer, it
    looks again.

    A monitor that goes while its alert is open is not asked any more, and is known until the mail
    that closes the alert has gone out; its revision is put in force again later.
    """
    last = revisions.last_revisions()  # first: what somebody puts in force meanwhile is noticed
    agreed = revisions.pending()
    due = {each.customer_id: each for each in _by_request(agreed) if each.effective_on <= today}
    done = [
        (revision, terms)
        for revision in due.values()
        if (terms := _put_in_force(revision, today, last.get(revision.customer_id)))
    ]
    if done:
        compile_shards()
    for _, terms in done:
        _end_watch(terms)
    whole = [revision for revision, terms in done if terms == revision.terms]
    for revision in whole:
        _strike_off(revision, agreed)
    beaten = len(done) < len(due)
    return [*whole, *enforce_due(today)] if beaten else whole


def _put_in_force(revision: Revision, today: date, follows: str | None) -> Terms | None:
    """Return what is in force now, None where somebody else was at the same customer."""
    terms = _with_open_alerts(revision)
    changed = to_note_when_in_force(revision)
    if not revisions.put_in_force(revision, terms, today, follows, changed):
        return None
    forget_who_left(revision)
    return terms


def _by_request(agreed: list[Revision]) -> list[Revision]:
    return sorted(agreed, key=lambda each: each.requested_at)


def _strike_off(revision: Revision, agreed: list[Revision]) -> None:
    """Take it off the list, with what the same customer had asked for before."""
    for each in agreed:
        earlier = each.requested_at <= revision.requested_at
        if each.customer_id == revision.customer_id and earlier:
            revisions.strike_off(each)


def _with_open_alerts(revision: Revision) -> Terms:
    before = revisions.in_force(revision.customer_id)
    servers = list(revision.terms.servers)
    for server in before.servers if before else ():
        leaving = _leaving(server, revision.terms)
        if not leaving:
            continue
        position = next((n for n, new in enumerate(servers) if _same(new, server)), None)
        if position is None:
            servers.append(replace(server, monitors=leaving))
        else:
            after = servers[position]
            servers[position] = replace(after, monitors=(*after.monitors, *leaving))
    return replace(revision.terms, servers=tuple(servers))


def _end_watch(terms: Terms) -> None:
    for server in terms.servers:
        for monitor in server.monitors:
            if monitor.leaving:
                end_watch(monitor.monitor_id)


def _same(one: Server, other: Server) -> bool:
    return one.server_id == other.server_id


def _leaving(server: Server, after: Terms) -> tuple[Monitor, ...]:
    """Return the monitors that the server loses and that have an open alert."""
    new = after.server(server.server_id)
    staying = {monitor.monitor_id for monitor in new.monitors} if new else set()
    going = [each for each in server.monitors if each.monitor_id not in staying]
    return tuple(replace(each, leaving=True) for each in going if is_open(each.monitor_id))
