"""What the acceptance run found on the servers of a customer before their first day."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from toban.domain.access import Trial
from toban.domain.call import Outcome
from toban.domain.coverage import Gap
from toban.domain.identifier import server_of
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Status
from toban.domain.plan import Plan
from toban.domain.policy import Policy

SENT = "sent"
"""A mail that SES has accepted."""


@dataclass(frozen=True, slots=True)
class AgentMatch:
    """The agent, compared with the configuration that would be made for it: lines of snmpd.conf
    that it does not show, lines that it shows otherwise, and lines of which nothing can be told.
    """

    missing: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def matches(self) -> bool:
        """Whether nothing is known to differ."""
        return not (self.missing or self.otherwise)


@dataclass(frozen=True, slots=True)
class ServerAcceptance:
    """One server. `sees` tells whether our own side saw anything at all; `trial` is None without a
    way in, `agent` without an agent and `match` where it did not answer; `login_line` is what lets
    us in; `fault` says why the run itself failed, "" when it did not.
    """

    server_id: str
    sees: bool = False
    trial: Trial | None = None
    agent: Observation | None = None
    match: AgentMatch | None = None
    observations: tuple[Observation, ...] = ()
    login_line: str = ""
    fault: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything works: what could not be seen has not passed."""
        tried = self.trial.tried if self.trial else ()
        ways = not any(each.fault or each.unknown for each in tried)
        seen = [*self.observations, *([self.agent] if self.agent else [])]
        monitors = all(each.status is Status.UP for each in seen)
        matches = self.match is None or self.match.matches
        return self.sees and not self.fault and ways and monitors and matches


LONGEST_CALLS = 7_200
"""Seconds after which test calls have died that have not ended: far more than they take."""


class CallState(StrEnum):
    """What became of a test call that has no Outcome of the telephone."""

    UNDER_WAY = "under_way"
    NOT_ENDED = "not_ended"
    OUTSIDE_HOURS = "outside_hours"
    NOT_MADE = "not_made"


ANSWERED = frozenset({Outcome.ACKNOWLEDGED.value, Outcome.PASSED_ON.value})
"""A person pressed a key, whichever."""


@dataclass(frozen=True, slots=True)
class ContactAcceptance:
    """One contact, by the place in the order. `mail` is what became of the test mail: sent,
    refused, misaddressed, owed, or "" when none was sent; `call` an Outcome or a CallState, "" when
    no call was asked for.
    """

    mail: str = ""
    call: str = ""

    @property
    def passed(self) -> bool:
        """Whether all that was tried reached the contact."""
        return self.mail_passed and self.call_passed

    @property
    def mail_passed(self) -> bool:
        """Whether SES took the mail, or none was sent."""
        return self.mail in {"", SENT}

    @property
    def call_passed(self) -> bool:
        """Whether a person pressed a key, or nobody was to be called, as outside of the hours."""
        return self.call in {"", CallState.OUTSIDE_HOURS, *ANSWERED}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The run over all contacts and servers, at one time (aware UTC). `gaps` are when nobody may be
    telephoned, in the customer's zone; whether that is wanted, people decide.
    """

    customer_id: str
    at: datetime
    servers: tuple[ServerAcceptance, ...]
    contacts: tuple[ContactAcceptance, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every server and every contact passed."""
        contacts = all(each.passed for each in self.contacts)
        return bool(self.servers) and contacts and all(each.passed for each in self.servers)

    @property
    def waits(self) -> bool:
        """Whether test calls are still under way."""
        return any(each.call == CallState.UNDER_WAY for each in self.contacts)


@dataclass(frozen=True, slots=True)
class AcceptanceRun:
    """One acceptance run: which terms it tries, for which version of which object of the intake
    bucket, and whether the contacts are called.

    `name` is the same however often the object's event comes. It stands where an incident's id does
    in mails and calls, and can never be one: no server is named `_acceptance`.
    """

    name: str
    customer_id: str
    fingerprint: str
    key: str
    version: str
    call: bool = False


def run_name(customer_id: str, digest: str) -> str:
    """Return the name of the run; `digest` tells object and version from all others."""
    return f"{customer_id}._acceptance.{digest}"


def rehearsal(run: AcceptanceRun, at: datetime, policy: Policy) -> Incident:
    """Return what the telephone takes for the incident of the test calls; it is stored nowhere."""
    nowhere = server_of(run.name)
    return Incident(run.name, run.customer_id, nowhere, Plan.RESPOND, at, 0, policy)
