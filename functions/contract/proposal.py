"""What a hearing sheet would change and when, before anybody agrees to it (clauses C-2 to C-6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contract.sheet import Sheet
from toban.catalogue.mistake import Refusal
from toban.domain.calendar import BusinessCalendar, end_of_contract
from toban.domain.policy import Policy, detection_seconds
from toban.domain.revision import Change, Revision, Terms, changes, differ
from toban.store.revisions import fingerprint


class UntimelyError(Refusal):
    """The day that was asked for cannot be kept; the mend says which one can."""

    def __str__(self) -> str:
        return f"{self.problem} {self.mend}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan: `standing` are the terms it would follow on, `plan_id` what tells it from any other.

    The id holds the fingerprints of what stands and of what would, and the day: whatever changes
    meanwhile, the plan is another. `overrides` tells whether something else that waits for a later
    day would no longer hold.
    """

    standing: str
    terms: Terms
    fingerprint: str
    effective_on: date
    changes: tuple[Change, ...]
    overrides: bool

    @property
    def plan_id(self) -> str:
        """The name under which the plan is applied."""
        return f"{self.standing or 'new'}.{self.fingerprint}.{self.effective_on}"

    @property
    def changes_anything(self) -> bool:
        """Whether applying it would make a difference."""
        return self.overrides or differ(self.changes)

    def revision(self, requested_by: str, requested_at: datetime) -> Revision:
        """Return what is put on the list when the plan is agreed to."""
        return Revision(
            self.terms.customer.customer_id,
            self.effective_on,
            self.terms,
            self.fingerprint,
            self.standing,
            requested_by,
            requested_at,
        )


def propose(terms: Terms, standing: str, before: Terms | None, day: date) -> Proposal:
    """Return the plan of new terms: what would be in force on that day without it is `before`."""
    new = fingerprint(terms)
    in_order = {"", new} if before is None else {"", new, fingerprint(before)}
    overrides = standing not in in_order
    return Proposal(standing, terms, new, day, changes(before, terms), overrides)


def start_of(
    sheet: Sheet, new: bool, received: datetime, calendar: BusinessCalendar, *, at_once: bool
) -> date:
    """Return the day from which a sheet that is received at that moment, in the provider's zone,
    is in force.

    With `at_once` provider and customer have agreed to waive the lead time. The start of a contract
    that runs already is no wish any more. Raises UntimelyError.
    """
    earliest = received.date() if at_once else calendar.effective_date(received)
    wished = sheet.start or earliest
    if wished >= earliest:
        return wished
    if new or wished > received.date():
        problem = f"{wished} is too early: a sheet has to arrive one business day before its start"
        raise UntimelyError(f"{problem} (C-4).", f"Write {earliest} or a later day.")
    return earliest


def first_day_without(noticed: date, until: date | None, today: date) -> date:
    """Return the first day after a contract whose notice arrived on that day; `until` is a day of a
    later month with which it is to end. Raises UntimelyError.
    """
    if noticed > today:
        problem = f"A notice of {noticed} has not arrived yet."
        raise UntimelyError(problem, f"Write today, {today}, or an earlier day.")
    last = end_of_contract(noticed, until)
    if last < today:
        before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        problem = f"A notice of {noticed} would have ended the contract with {last}, which is over."
        raise UntimelyError(problem, f"Write {before} or a later day.")
    return last + timedelta(days=1)


def bounds(terms: Terms, policy: Policy) -> dict[str, tuple[int, int]]:
    """Return the detection bounds of every monitor, by its id."""
    return {
        monitor.monitor_id: detection_seconds(monitor.profile(policy), policy.collect_cap_seconds)
        for server in terms.servers
        for monitor in server.monitors
    }
