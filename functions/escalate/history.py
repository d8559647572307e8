"""The history of an incident up to its end: the record, and what the record names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from toban.domain.call import Call
from toban.domain.contract import Customer, Server
from toban.domain.incident import Alert, Incident
from toban.domain.letters import PROBLEM_MAILS, SentMail
from toban.domain.observation import Observation, Status
from toban.domain.record import Event
from toban.domain.repair import Diagnostics, RepairReport

CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that happened until the incident was closed: read again later, it is the same.

    A paused monitor resumes after the end; that is not part of it. `recoveries` has None for a
    monitor that was not well by then. `addresses` are those of the mails that were begun, by the
    mails' ids. All sequences are in the order of time.
    """

    incident: Incident
    customer: Customer
    server: Server
    alerts: Sequence[Alert]
    recoveries: dict[str, Observation | None]
    events: Sequence[Event]
    diagnostics: Diagnostics | None = None
    repairs: Sequence[RepairReport] = ()
    calls: Sequence[Call] = ()
    engineer_calls: Sequence[Call] = ()
    mails: Sequence[SentMail] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)

    @property
    def began_at(self) -> datetime:
        """When the first of the failures was seen."""
        first = min((alert.first_failed_at for alert in self.alerts), default=None)
        return first or self.incident.opened_at

    @property
    def closed_at(self) -> datetime | None:
        """When the incident was closed."""
        return next((event.at for event in self.events if event.key == CLOSED), None)

    @property
    def confirmed_at(self) -> datetime | None:
        """When the first failure was certain."""
        return min((alert.confirmed_at for alert in self.alerts), default=None)

    @property
    def told_at(self) -> datetime | None:
        """When the customer's first mail went out."""
        told = (mail.sent_at for mail in self.mails if mail.kind in PROBLEM_MAILS)
        return min((at for at in told if at is not None), default=None)

    @property
    def repaired_at(self) -> datetime | None:
        """When a monitor first confirmed that our work had helped."""
        return next((event.at for event in self.events if event.sort == "verified"), None)

    @property
    def recovered_at(self) -> datetime | None:
        """When the last failure was over, None when one was not."""
        found = list(self.recoveries.values())
        ended = [each.observed_at for each in found if each and each.status is Status.UP]
        return max(ended) if ended and len(ended) == len(found) else None
