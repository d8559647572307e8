"""The sheet that provider and customer sign before the first day, in the customer's language."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from contract.sign_off_contacts import contact_views, gap_words
from contract.sign_off_server import server_view
from toban.domain.acceptance import Acceptance
from toban.domain.plan import Capability, may
from toban.domain.policy import Policy
from toban.domain.revision import Terms
from toban.holidays import first_moment
from toban.keeping import contract_days, evidence_days
from toban.settings import optional
from toban.text.moments import moment, rough_moment
from toban.text.plain import one_line
from toban.text.renderer import render_page
from toban.text.words import Words, words

View = dict[str, Any]


def sign_off(
    found: Acceptance, terms: Terms, since: date, policy: Policy, sources: Sequence[str]
) -> str:
    """Return the sheet as HTML that prints on A4. `since` is the provider's day from which the
    terms are in force (C-4), `sources` are our outbound addresses (C-9).
    """
    customer, said = terms.customer, words(terms.customer.locale)
    servers = {server.server_id: server for server in terms.servers}
    contacts = list(contact_views(customer.contacts, found, said))
    views = [server_view(each, servers[each.server_id], policy, said) for each in found.servers]
    view = {
        "locale": said.locale,
        "said": said.sections["sign_off"],
        "customer": one_line(customer.name),
        "provider": optional("PROVIDER_NAME"),
        "since": rough_moment(first_moment(since), customer.zone),
        "at": moment(found.at, customer.zone),
        "passed": found.passed,
        "to_mend": list(_to_mend(contacts, views, said)),
        "sources": list(sources),
        "contacts": contacts,
        "called": any(may(server.plan, Capability.CALL) for server in terms.servers),
        "gaps": gap_words(found.gaps, said),
        "gaps_text": said.say("sign_off", "gaps_text", zone=customer.zone),
        "servers": views,
        "kept": _kept(said),
    }
    return render_page("sign_off.html", view)


def _kept(said: Words) -> str:
    return said.say("sign_off", "kept_text", contract=contract_days(), evidence=evidence_days())


def _to_mend(contacts: Sequence[View], servers: Sequence[View], said: Words) -> Iterator[str]:
    """Yield in a line each what did not pass; the details stand further below."""
    for each in contacts:
        if not each["passed"]:
            named = said.say("sign_off", "contact", number=each["number"], name=each["name"])
            yield f"{named}: {each['mail_test']} / {each['call_test']}"
    for server in servers:
        yield from (f"{server['host']}: {line}" for line in _failing(server))


def _failing(server: View) -> Iterator[str]:
    if server["fault"]:
        yield server["fault"]
    for name, outcome, works in server["ways"]:
        if not works:
            yield f"{name}: {outcome}"
    yield from (title for title, _, works in server["agent_lines"] if not works)
    for monitor in server["monitors"]:
        if not monitor["works"]:
            yield f"{monitor['name']}: {monitor['seen']}"
