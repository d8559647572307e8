"""What is asked of services that speak a protocol of their own: mail, databases, caches, names."""

from contract.address import ADDRESS
from contract.own_question import greeting_from_inside
from contract.watched import Question, Watched, address_of
from toban.catalogue.format import matching, one_of, yes_or_no
from toban.catalogue.menu import DAYS, PORT, MenuItem
from toban.catalogue.section import Section
from toban.domain.check import CertificateQuestion, Check, DnsQuestion

_SMTP = 25
_ALLOWED = "port_25_allowed"
_PROTOCOLS = {_SMTP: "smtp", 587: "smtp", 143: "imap", 110: "pop3", 21: "ftp"}
"""What is spoken before TLS begins, by port; at all others TLS begins at once."""
_YES_OR_NO = yes_or_no("yes")
_RECORD = one_of(("soa", "a"), "soa")
_PROTOCOL = one_of(("smtp", "imap", "pop3", "ftp", "tls"), "tls")
_NAME = matching(
    r"(?=.{1,253}$)\.|[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?",
    "a name in the DNS",
    'Write one that the server answers for, for example "acme.example".',
    "acme.example",
)


def dialogue(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    """Return the item's dialogue at its port or the sheet's."""
    address = address_of(part, watched.addresses)
    port = part.optional("port", PORT, item.port)
    if port == _SMTP and part.has(_ALLOWED) and not part.optional(_ALLOWED, _YES_OR_NO, True):
        return greeting_from_inside(port, watched, monitor_id)
    note_port_25(part, port)
    return Question(Check(monitor_id, item.kind, address, port, dialogue=item.dialogue))


def login(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    """Return the question to a database, which needs nothing but its place."""
    address = address_of(part, watched.addresses)
    return Question(Check(monitor_id, item.kind, address, part.optional("port", PORT, item.port)))


def dns(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    """Return the question for a name that the customer's server knows."""
    asked = DnsQuestion(
        part.required("name", _NAME), part.optional("record", _RECORD, "soa").upper()
    )
    address = address_of(part, watched.addresses)
    port = part.optional("port", PORT, item.port)
    return Question(Check(monitor_id, item.kind, address, port, dns=asked), asked.name)


def certificate(item: MenuItem, part: Section, watched: Watched, monitor_id: str) -> Question:
    """Return the question for the certificate that visitors of `host` are shown."""
    port = part.optional("port", PORT, item.port)
    note_port_25(part, port)
    protocol = part.optional("protocol", _PROTOCOL, _PROTOCOLS.get(port, "tls"))
    asked = CertificateQuestion(
        host=part.required("host", ADDRESS),
        days=part.optional("days", DAYS, item.days),
        protocol="" if protocol == "tls" else protocol,
    )
    address = address_of(part, watched.addresses)
    check = Check(monitor_id, item.kind, address, port, certificate=asked)
    return Question(check, f"{asked.host}:{port}")


def note_port_25(part: Section, port: int) -> None:
    """Note a question at port 25 unless the sheet says that it can be asked: AWS carries nothing
    there for a function until it is asked to, and every server would be called down.
    """
    allowed = part.optional(_ALLOWED, _YES_OR_NO, default=False)
    if port == _SMTP and not allowed:
        mend = (
            'Write "port_25_allowed: yes" where AWS has lifted this, and for the item smtp "no" to '
            "have the server itself ask, or watch submission."
        )
        part.note("port", "AWS lets no function connect to port 25.", mend)
