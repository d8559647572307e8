"""Which mail goes to whom, and the promise of paired mails (N-7, P-3; catalogue 8.1)."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from toban.domain.check import Kind
from toban.domain.contract import Contact, Customer
from toban.domain.observation import Observation, Reason, Status
from toban.domain.plan import Plan


class MailKind(StrEnum):
    """The kinds of mail; each has its templates in toban/text/mail/<locale>/."""

    ALERT = "alert"
    RESOURCE_ALERT = "resource_alert"
    RECOVERY = "recovery"
    RESPONSE_DONE = "response_done"
    FAILURE_CONTACT = "failure_contact"
    UNREACHABLE_ALL = "unreachable_all"
    RESUMED = "resumed"
    WATCH_ENDED = "watch_ended"
    PROGRESS = "progress"
    INCIDENT_REPORT = "incident_report"
    MAINTENANCE_ACCEPTED = "maintenance_accepted"
    MAINTENANCE_ENDED = "maintenance_ended"
    MONTH_REPORT = "month_report"
    ACCESS_NOTICE = "access_notice"
    TEST_MAIL = "test_mail"
    OPERATOR_NOTICE = "operator_notice"


class Notice(StrEnum):
    """What an operator notice is about."""

    HOST_KEY_CHANGED = "host_key_changed"
    LOGIN_FAILED = "login_failed"
    PROBER_BLIND = "prober_blind"
    ROUNDS_STOPPED = "rounds_stopped"
    ROUNDS_BACK = "rounds_back"
    MAIL_REFUSED = "mail_refused"
    STEP_FAILED = "step_failed"
    APPROVAL_ASKED = "approval_asked"
    RUNBOOK_DISARMED = "runbook_disarmed"
    PAUSED_REMINDER = "paused_reminder"
    TELEPHONE_NOT_CONFIGURED = "telephone_not_configured"
    CALLS_FAILED = "calls_failed"
    NOBODY_REACHED_MANAGED = "nobody_reached_managed"
    WORK_ITEM_OPENED = "work_item_opened"
    ACCESS_FAILED = "access_failed"
    ACCESS_RESTORED = "access_restored"
    SHEET_TAKEN_IN = "sheet_taken_in"
    CONTACT_UNREACHABLE = "contact_unreachable"
    CONTACT_REACHED = "contact_reached"
    CANARY_FAILED = "canary_failed"


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
    MailKind.UNREACHABLE_ALL: frozenset({Plan.RESPOND, Plan.MANAGED}),
    MailKind.RESUMED: frozenset({Plan.RESPOND}),
    MailKind.WATCH_ENDED: frozenset(Plan),
    MailKind.PROGRESS: frozenset({Plan.MANAGED}),
    MailKind.INCIDENT_REPORT: frozenset({Plan.MANAGED}),
    MailKind.MAINTENANCE_ACCEPTED: frozenset(Plan),
    MailKind.MAINTENANCE_ENDED: frozenset(Plan),
    MailKind.MONTH_REPORT: frozenset(Plan),
    MailKind.ACCESS_NOTICE: frozenset(Plan),
    MailKind.TEST_MAIL: frozenset(Plan),
    MailKind.OPERATOR_NOTICE: frozenset(),
}
"""Plans whose customers get the mail (catalogue section 8.1)."""

PROBLEM_MAILS = frozenset({MailKind.ALERT, MailKind.RESOURCE_ALERT})
CLOSING_MAILS = frozenset({MailKind.RECOVERY, MailKind.RESUMED, MailKind.WATCH_ENDED})
"""Exactly one of them follows for each alert that the customer was told of."""


def recipients(
    kind: MailKind,
    plan: Plan,
    customer: Customer | None,
    operator: str,
    requester: Mailbox | None = None,
    engineers: Sequence[Contact] = (),
) -> list[Mailbox]:
    """Return who gets the mail, contacts in their registered order, nobody twice.

    `operator` is the operators' address or "". The operators are told of what they may have to
    work on: alerts of the plans that include a response, and their own notices. `requester` is who
    asked for what the mail is about. `engineers` take over what a managed plan could not repair and
    are mailed of it like contacts (clause M-1).
    """
    found: list[Mailbox] = []
    if customer is not None and plan in PLANS[kind]:
        found += [Mailbox(contact.name, contact.mail) for contact in customer.contacts]
    if kind is MailKind.OPERATOR_NOTICE or (kind in PROBLEM_MAILS and plan is not Plan.NOTIFY):
        found.append(Mailbox("", operator))
    if kind is MailKind.FAILURE_CONTACT and plan is Plan.MANAGED:
        found += [Mailbox(engineer.name, engineer.mail) for engineer in engineers]
    return _each_once([*found, *([requester] if requester else [])])


def _each_once(mailboxes: Iterable[Mailbox]) -> list[Mailbox]:
    by_address: dict[str, Mailbox] = {}
    for mailbox in mailboxes:
        if mailbox.address:
            by_address.setdefault(mailbox.address.lower(), mailbox)
    return list(by_address.values())


_MILD = frozenset({Reason.OVER_THRESHOLD, Reason.REBOOTED})


def level_of(check: Kind, observation: Observation, grave_from: float | None = None) -> Level:
    """Return the level: a figure over its threshold and a restart warn, all else that is down is
    critical, as is a figure from `grave_from` on.
    """
    if observation.status is Status.UP:
        return Level.OK
    if observation.status is Status.UNKNOWN:
        return Level.UNKNOWN
    value = observation.value
    grave = grave_from is not None and value is not None and value >= grave_from
    mild = check is Kind.STATE and observation.reason in _MILD and not grave
    return Level.WARNING if check is Kind.RESOURCE or mild else Level.CRITICAL


def alert_kind(checks: Iterable[Kind]) -> MailKind:
    """Return the kind of the alert mail of an incident whose alerts are of these kinds of check."""
    only_resources = all(check is Kind.RESOURCE for check in checks)
    return MailKind.RESOURCE_ALERT if only_resources else MailKind.ALERT


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that has gone out: its kind, the last part of the id of what it was about, its name
    (its id), and to which address it went when.
    """

    kind: MailKind
    about: str
    name: str = ""
    address: str = ""
    sent_at: datetime | None = None


def is_due(kind: MailKind, monitor_id: str, sent: Collection[SentMail]) -> bool:
    """Tell whether a mail may follow those that an incident has `sent` so far.

    No problem mail, no other mail: what was never reported is never reported as repaired, failed
    or recovered. An alert is closed by one kind of closing mail: a monitor that was told to have
    resumed is not told to have recovered as well. That a mail of a kind goes out once for a
    monitor is held by its id.
    """
    if kind in PROBLEM_MAILS:
        return True
    told = any(mail.kind in PROBLEM_MAILS for mail in sent)
    about, others = last_part(monitor_id), CLOSING_MAILS - {kind}
    closed = kind in CLOSING_MAILS and any(
        mail.kind in others and mail.about == about for mail in sent
    )
    return told and not closed


def last_part(any_id: str) -> str:
    """Return the last part of an id, which names a monitor among those of its server."""
    return any_id.rpartition(".")[2]


_KINDS = {kind.value: kind for kind in MailKind}
_MONITOR_PARTS = 3


def mail_id(incident_id: str, kind: MailKind, subject: str, recipient: str) -> str:
    """Return the name of a mail: the same mail has the same name however often its step runs.

    `subject` is the monitor the mail is about, the notice's value for an operator notice, or ""
    for a mail about the whole incident. The recipient's address is hashed: ids end up in keys and
    logs, addresses must not.
    """
    parts = (incident_id, kind.value, last_part(subject), addressee(recipient))
    return ".".join(part for part in parts if part)


def kind_in(name: str) -> MailKind | None:
    """Return the kind that a mail's id names, or the name of a kind alone; None for any other id.

    Only its place tells: a customer, a server or a monitor may be called "recovery", too.
    """
    parts = name.split(".")
    places = parts if len(parts) == 1 else parts[-3:-1] if len(parts) > _MONITOR_PARTS else []
    return next((_KINDS[part] for part in places if part in _KINDS), None)


def addressee(address: str) -> str:
    """Return what stands for a mail address in keys and names: 12 hexadecimal digits."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:12]


def sent_mail(incident_id: str, name: str) -> SentMail:
    """Return what the mail `name`, made by mail_id, was about."""
    kind, *rest = name.removeprefix(f"{incident_id}.").split(".")
    return SentMail(MailKind(kind), rest[0] if len(rest) > 1 else "", name)
