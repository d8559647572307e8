"""Which mail goes to whom, and the promise of paired mails (N-7, P-3; catalogue 8.1)."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from toban.domain.check import Kind
from toban.domain.contract import Customer
from toban.domain.observation import Observation, Status
from toban.domain.plan import Plan


class MailKind(StrEnum):
    """The kinds of mail; each has its templates in toban/text/mail/<locale>/."""

    ALERT = "alert"
    RESOURCE_ALERT = "resource_alert"
    RECOVERY = "recovery"
    RESPONSE_DONE = "response_done"
    FAILURE_CONTACT = "failure_contact"
    OPERATOR_NOTICE = "operator_notice"


class Notice(StrEnum):
    """What an operator notice is about."""

    HOST_KEY_CHANGED = "host_key_changed"
    LOGIN_FAILED = "login_failed"
    PROBER_BLIND = "prober_blind"
    MAIL_REFUSED = "mail_refused"
    STEP_FAILED = "step_failed"


class Level(StrEnum):
    """How grave an observation is, in the words that customers know from other monitoring."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and the one address behind it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Provider:
    """Who runs the service: name and addresses as settings give them.

    `locale` and `zone` are those of its operators and rule the operator notices only. `telephone`
    may be empty.
    """

    name: str
    sender: str
    operator: str
    telephone: str = ""
    locale: str = "ja"
    zone: str = "Asia/Tokyo"

    @property
    def mailbox(self) -> Mailbox:
        """What stands in From."""
        return Mailbox(self.name, self.sender)


PLANS: dict[MailKind, frozenset[Plan]] = {
    MailKind.ALERT: frozenset(Plan),
    MailKind.RESOURCE_ALERT: frozenset(Plan),
    MailKind.RECOVERY: frozenset(Plan),
    MailKind.RESPONSE_DONE: frozenset({Plan.RESPOND, Plan.MANAGED}),
    MailKind.FAILURE_CONTACT: frozenset({Plan.RESPOND, Plan.MANAGED}),
    MailKind.OPERATOR_NOTICE: frozenset(),
}
"""Plans whose customers get the mail (catalogue section 8.1)."""

PROBLEM_MAILS = frozenset({MailKind.ALERT, MailKind.RESOURCE_ALERT})


def recipients(
    kind: MailKind, plan: Plan, customer: Customer | None, operator: str
) -> list[Mailbox]:
    """Return who gets the mail, contacts in their registered order, nobody twice.

    `operator` is the operators' address or "". The operators are told of what they may have to
    work on: alerts of the plans that include a response, and their own notices.
    """
    found: list[Mailbox] = []
    if customer is not None and plan in PLANS[kind]:
        found += [Mailbox(contact.name, contact.mail) for contact in customer.contacts]
    if kind is MailKind.OPERATOR_NOTICE or (kind in PROBLEM_MAILS and plan is not Plan.NOTIFY):
        found.append(Mailbox("", operator))
    return _each_once(found)


def _each_once(mailboxes: Iterable[Mailbox]) -> list[Mailbox]:
    by_address: dict[str, Mailbox] = {}
    for mailbox in mailboxes:
        if mailbox.address:
            by_address.setdefault(mailbox.address.lower(), mailbox)
    return list(by_address.values())


def level_of(check: Kind, observation: Observation) -> Level:
    """Return the level: a resource over its threshold warns, all else that is down is critical."""
    if observation.status is Status.UP:
        return Level.OK
    if observation.status is Status.UNKNOWN:
        return Level.UNKNOWN
    return Level.WARNING if check is Kind.RESOURCE else Level.CRITICAL


def alert_kind(checks: Iterable[Kind]) -> MailKind:
    """Return the kind of the alert mail of an incident whose alerts are of these kinds of check."""
    only_resources = all(check is Kind.RESOURCE for check in checks)
    return MailKind.RESOURCE_ALERT if only_resources else MailKind.ALERT


def is_due(kind: MailKind, sent: Collection[MailKind]) -> bool:
    """Tell whether a mail may follow those that an incident has `sent` to its customer so far.

    No problem mail, no other mail: what was never reported is never reported as repaired, failed
    or recovered. That a mail of a kind goes out once for a monitor is held by its id.
    """
    return kind in PROBLEM_MAILS or not PROBLEM_MAILS.isdisjoint(sent)


def mail_id(incident_id: str, kind: MailKind, subject: str, recipient: str) -> str:
    """Return the name of a mail: the same mail has the same name however often its step runs.

    `subject` is the monitor the mail is about, the notice's value for an operator notice, or ""
    for a mail about the whole incident. The recipient's address is hashed: ids end up in keys and
    logs, addresses must not.
    """
    about = subject.rpartition(".")[2]
    who = hashlib.sha256(recipient.strip().lower().encode()).hexdigest()[:12]
    return ".".join(part for part in (incident_id, kind.value, about, who) if part)
