"""Why there was a mail, a repair or a call, or why there was none: read from the record.

Every answer names the rule that decided, so that an operator can look it up.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from toban.domain.call import Call, Outcome
from toban.domain.contract import Monitor
from toban.domain.deferral import Deferral
from toban.domain.letters import CLOSING_MAILS, PROBLEM_MAILS, SentMail, last_part
from toban.domain.plan import Capability, Plan, may
from toban.domain.record import Event
from toban.domain.repair import HoldReason


class Topic(StrEnum):
    """What somebody asks about."""

    MAIL = "mail"
    REPAIR = "repair"
    CALL = "call"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether it happened, why, by which rule, and when that was decided (None: not on record)."""

    topic: Topic
    happened: bool
    why: str
    rule: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRecord:
    """What is on record of one monitor in one incident; `monitor` is None when it has left the
    contract since. `has_access` tells whether a login is registered.
    """

    monitor_id: str
    plan: Plan
    events: Sequence[Event]
    monitor: Monitor | None = None
    has_access: bool = True
    mails: Sequence[SentMail] = ()
    calls: Sequence[Call] = ()

    def first(self, *keys: str) -> Event | None:
        """Return the first event with one of the keys."""
        return next((event for event in self.events if event.key in keys), None)

    def own(self, sort: str) -> Event | None:
        """Return the first event of the sort that is about the monitor, or about the customer's own
        procedure for it.
        """
        key = f"{sort}#{self.monitor_id}"
        return self.first(key) or _begins(self, f"{key}#")


def explain_suspicion(events: Iterable[Event]) -> Explanation | None:
    """Return why a suspected failure was not told of; None when it was confirmed, or is not over.

    The incident that a confirmed one became has the answers.
    """
    ended = next((event for event in events if event.key == "ended"), None)
    if ended is None:
        return None
    reasons = {
        "cleared": ("it answered again before the third failure in a row", "N-8"),
        "in maintenance": ("announced maintenance was under way", "C-5"),
        "withheld": (f"the failure of what it depends on was told of: {ended.event}", "P-8"),
    }
    found = [told for begin, told in reasons.items() if ended.event.startswith(begin)]
    otherwise = "our own side could not see; what is unknown is never called down"
    why, rule = found[0] if found else (otherwise, "N-8")
    return Explanation(Topic.MAIL, False, why, rule, ended.at)


def explain(record: MonitorRecord) -> list[Explanation]:
    """Return the answers on mail, repair, call and closing mail, in this order."""
    return [_mail(record), _repair(record), _call(record), _closing(record)]


def _mail(record: MonitorRecord) -> Explanation:
    sent = [mail for mail in record.mails if mail.kind in PROBLEM_MAILS]
    if sent:
        why = f"the alert went to {len({mail.address for mail in sent})} addresses"
        return Explanation(Topic.MAIL, True, why, "N-4 (6)", sent[0].sent_at)
    no = _no(Topic.MAIL)
    if dropped := record.own("dropped"):
        return no("maintenance had begun before the mail was due", "C-5", dropped)
    if withheld := record.own("withheld"):
        return no(f"{withheld.event}; its own mail is not created", "P-8", withheld)
    if refused := _begins(record, "mail-"):
        return no("SES or the address refused it; the operators were told", "N-10", refused)
    if gathered := record.first("gathered"):
        return no("the information for it is still being collected", "N-4 (5)", gathered)
    return no("other alerts of the server are still being waited for", "N-4 (4)", None)


def _closing(record: MonitorRecord) -> Explanation:
    about = last_part(record.monitor_id)
    for mail in record.mails:
        if mail.kind in CLOSING_MAILS and mail.about == about:
            why = f"a {mail.kind} mail told of the end"
            return Explanation(Topic.CLOSING, True, why, "N-4 (7)", mail.sent_at)
    no = _no(Topic.CLOSING)
    if not any(mail.kind in PROBLEM_MAILS for mail in record.mails):
        return no("no problem mail went out, so nothing is to be closed", "N-8", None)
    if unwatched := record.own("unwatched"):
        return no("it has left the contract; the mail is on its way", "C-6", unwatched)
    if (paused := record.own("paused")) and not record.own("resumed"):
        why = "it is paused because nobody was reached; the first good check resumes it"
        return no(why, "P-7", paused)
    if recovered := record.own("recovered"):
        return no("it has recovered; the mail is on its way", "N-4 (7)", recovered)
    return no("it has not recovered", "N-4 (7)", None)


def _repair(record: MonitorRecord) -> Explanation:
    if done := record.own("repair"):
        return _repaired(record, done)
    return _never_repaired(record) or _held_back(record) or _not_yet_repaired(record)


def _never_repaired(record: MonitorRecord) -> Explanation | None:
    """Return what the contract says against it."""
    no = _no(Topic.REPAIR)
    if not may(record.plan, Capability.REPAIR):
        return no(f"the plan {record.plan} has no first response", "2.1-1", None)
    if record.monitor is not None and not record.monitor.runbook:
        return no("the catalogue has no procedure for this item", "P-10", None)
    if not record.has_access:
        return no("no login to the server is registered", "C-8", None)
    return None


def _held_back(record: MonitorRecord) -> Explanation | None:
    """Return what was decided against it."""
    no = _no(Topic.REPAIR)
    if refused := record.own("refused"):
        return no("nobody approved it before the deadline", "rail not_approved", refused)
    rails = record.own("rails")
    if rails and not rails.detail.get("allowed"):
        return no("a rail held it back", f"rail {rails.detail.get('rail')}", rails)
    if waits := _begins(record, f"deferred#{record.monitor_id}#"):
        return no(*_what_it_waits_for(waits), waits)
    if spared := record.own("not-needed"):
        return no("it was not down any more when its turn came", "P-8", spared)
    if unseen := record.own("not-judged"):
        return no("it could not be judged when its turn came", "P-8", unseen)
    return None


def _what_it_waits_for(deferred: Event) -> tuple[str, str]:
    """Return why a response was put off, and the rule."""
    if deferred.detail.get("why") == Deferral.MAINTENANCE:
        return "announced maintenance was under way; what failed at its end is responded to", "C-5"
    return "the server itself was unreachable; it is taken up when that is over", "P-8"


def _not_yet_repaired(record: MonitorRecord) -> Explanation:
    no = _no(Topic.REPAIR)
    if over := record.first("repair-over"):
        return no("the work ended without it; see the record of the same unit", "P-8", over)
    if asked := record.own("approval"):
        return no("approval has been asked for", "approval gate", asked)
    if queued := record.first("queued"):
        return no("an earlier incident of the server has the turn", "P-8", queued)
    return no("its turn has not come", "P-8", None)


def _repaired(record: MonitorRecord, done: Event) -> Explanation:
    hold = done.detail.get("hold", HoldReason.NONE)
    if hold != HoldReason.NONE:
        why = "the procedure was begun, and a guard stopped it before any change"
        return Explanation(Topic.REPAIR, False, why, f"guard {hold}", done.at)
    result = "its result is being verified"
    if record.own("verified"):
        result = "the monitor confirmed that it helped"
    elif record.own("failed"):
        result = "the monitor saw that it did not help"
    elif record.own("unproven"):
        result = "whether it helped could not be judged"
    unit = done.detail.get("unit", "")
    return Explanation(Topic.REPAIR, True, f"{unit} was worked on; {result}", "P-1, P-2", done.at)


def _call(record: MonitorRecord) -> Explanation:
    if record.calls:
        return _called(record)
    return _chain_without_calls(record) or _no_chain(record)


def _chain_without_calls(record: MonitorRecord) -> Explanation | None:
    ended = record.first("calls#contacts")
    if ended is None:
        return None
    if ended.detail.get("reason"):
        why = "the telephone did not work; the operators were told"
        return _no(Topic.CALL)(why, str(ended.detail["reason"]), ended)
    why = "no contact has a number, or it recovered before"
    if ended.detail.get("reached"):
        why = f"{ended.detail.get('name')} had taken it up before"
    return _no(Topic.CALL)(why, "P-4", ended)


def _no_chain(record: MonitorRecord) -> Explanation:
    no = _no(Topic.CALL)
    if not may(record.plan, Capability.CALL):
        return no(f"the plan {record.plan} has no telephone", "2.1-1", None)
    if record.monitor is not None and not record.monitor.phone:
        return no("people are not called for this item", "catalogue 8", None)
    escalated = record.first("escalation")
    if escalated and record.monitor_id not in (escalated.detail.get("about") or []):
        if waits := _begins(record, f"deferred#{record.monitor_id}#"):
            return no(*_what_it_waits_for(waits), waits)
        why = "it had recovered, was in maintenance, or stays below the value for calls"
        return no(why, "P-3", escalated)
    return no("the first response is not over", "P-3", escalated)


def _called(record: MonitorRecord) -> Explanation:
    first, last = record.calls[0], record.calls[-1]
    answered = [call for call in record.calls if call.outcome is Outcome.ACKNOWLEDGED]
    how = (
        f"{answered[0].name} acknowledged" if answered else f"nobody acknowledged ({last.outcome})"
    )
    why = f"{len(record.calls)} calls were made; {how}"
    return Explanation(Topic.CALL, True, why, "P-4", first.dialled_at)


def _begins(record: MonitorRecord, begin: str) -> Event | None:
    return next((event for event in record.events if event.key.startswith(begin)), None)


def _no(topic: Topic) -> Callable[[str, str, Event | None], Explanation]:
    """Return a maker of answers that it did not happen."""

    def answer(why: str, rule: str, event: Event | None) -> Explanation:
        return Explanation(topic, False, why, rule, event.at if event else None)

    return answer
