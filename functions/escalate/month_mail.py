"""What fills the mail that goes with a customer's monthly report."""

from escalate.facts import Facts
from escalate.particulars import View
from toban.text.plain import one_line
from toban.text.words import words

_HOSTS = 50
"""The report itself has all of them."""


def month_mail_view(facts: Facts) -> View:
    """Return what the mail shows; raises ValueError when facts are missing."""
    if facts.customer is None or facts.month is None:
        raise ValueError(f"a mail of kind {facts.kind} needs customer and month")
    month, said = facts.month, words(facts.customer.locale)
    title = one_line(month.title)
    return {
        "customer": one_line(facts.customer.name),
        "headline": title,
        "title": title,
        "incident_count": month.incidents,
        "servers": [
            {"host": one_line(host), "availability": one_line(told)}
            for host, told in month.servers[:_HOSTS]
        ],
        "files": said.say("general", "comma").join(each.file for each in facts.enclosures),
        "reference": one_line(month.owner),
    }
