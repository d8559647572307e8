"""Gathers what a mail about an incident may tell, from the contract, the incident and its
evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from escalate.facts import Facts
from escalate.pictures import WITH_PICTURES, pictures
from escalate.provider import provider
from escalate.sightings import latest_seen
from toban import clock
from toban.domain.call import Callees
from toban.domain.callees import needs_person
from toban.domain.check import Kind
from toban.domain.contract import Customer, Monitor, Server
from toban.domain.identifier import refuse_foreign
from toban.domain.incident import Alert, Incident, still_open
from toban.domain.letters import MailKind, alert_kind
from toban.domain.observation import Observation
from toban.domain.plan import Capability, may
from toban.domain.record import Event
from toban.domain.repair import Diagnostics, RepairReport
from toban.domain.transition import Condition
from toban.settings import optional
from toban.store import calls, contracts, evidence, incidents, record, states
from toban.store.documents import from_document, from_document_or_none

ON_A_FAILURE_THAT_GOES_ON = frozenset(
    {MailKind.FAILURE_CONTACT, MailKind.UNREACHABLE_ALL, MailKind.PROGRESS}
)
"""These mails say what was seen last, and managed customers when they hear of it next."""


def gather_facts(incident: Incident, event: dict[str, Any]) -> Facts:
    """Return the facts of the mail that the event of a SendMail state asks for.

    The event has "kind", "incident" and what the kind needs of "monitor_id", "monitor_ids" (what
    was worked on or people were called about), "untold" (what no such mail has told of yet),
    "observation" (the good check), "observations" (what has just
    been seen), "at", "number" (of a progress report), "calling" and "next_report_at". Raises
    ForeignIdError when one of them is of another server.
    """
    refuse_foreign(incident.server_id, _named(event))
    server, alerts = contracts.server(incident.server_id), incidents.alerts(incident.incident_id)
    asked = Asked(incident, _kind(event["kind"], server, alerts), alerts, event)
    customer = contracts.customer(incident.customer_id)
    return Facts(
        kind=asked.kind,
        provider=provider(),
        now=clock.now(),
        incident=incident,
        customer=customer,
        server=server,
        alerts=alerts,
        monitor_id=asked.monitor_id,
        diagnostics=evidence.load(incident.incident_id, "diagnostics", Diagnostics),
        repair=_repair(incident, asked.monitor_id),
        observation=asked.observation(),
        recovered_at=asked.recovered_at(),
        open_monitor_ids=asked.open_monitor_ids(),
        confirming_monitor_ids=_confirming(incident.server_id),
        calling=asked.calling(server, customer),
        calls=calls.made(incident.incident_id, Callees.CONTACTS),
        paused_at=asked.paused_at(),
        about_monitor_ids=asked.about(),
        progress_number=int(event.get("number", 2)),
        next_report_at=asked.next_report_at(),
        graphs=pictures(incident.incident_id) if asked.kind in WITH_PICTURES else (),
    )


def _named(event: dict[str, Any]) -> list[str]:
    """Return every monitor that the event names, also as the one that was observed."""
    seen = [event.get("observation"), *(event.get("observations") or ())]
    named = [
        event.get("monitor_id"),
        *(event.get("monitor_ids") or ()),
        *(event.get("untold") or ()),
    ]
    return [str(each) for each in (*named, *(o["monitor_id"] for o in seen if o)) if each]


def worked_on(event: dict[str, Any]) -> list[str]:
    """Return the monitors that the event of a failure mail is about."""
    return event.get("monitor_ids") or event.get("untold") or [event["monitor_id"]]


@dataclass(frozen=True)
class Asked:
    """The mail that is asked for, and what follows for its facts."""

    incident: Incident
    kind: MailKind
    alerts: Sequence[Alert]
    event: dict[str, Any]

    @cached_property
    def recoveries(self) -> dict[str, Observation | None]:
        """The good check that ended each alert."""
        return incidents.recoveries(self.incident.incident_id)

    @cached_property
    def events(self) -> list[Event]:
        """The incident's record."""
        return record.events(self.incident.incident_id)

    @cached_property
    def monitor_id(self) -> str:
        """The monitor that the mail is about; a report begins with the first that is still open."""
        given = str(self.event.get("monitor_id", ""))
        return given or next(iter(self.about()), "")

    def about(self) -> list[str]:
        """Return what was worked on, what people were called about, what our engineers work on, as
        far as it is open.
        """
        if self.kind is MailKind.FAILURE_CONTACT:
            return self._still_failing()
        if self.kind not in {MailKind.UNREACHABLE_ALL, MailKind.PROGRESS}:
            return []
        asked = self.event.get("monitor_ids", self._open)
        return [monitor_id for monitor_id in asked if monitor_id in self._open]

    def _still_failing(self) -> list[str]:
        """What was worked on and has not been seen well since, by a probe or by the incident."""
        found = states.of_server(self.incident.server_id)
        well = {each.monitor_id for each in found if each.recovery is not None}
        return [each for each in worked_on(self.event) if each in self._open and each not in well]

    @cached_property
    def _open(self) -> list[str]:
        """The alerts that no good check has ended."""
        return [i.monitor_id for i in self.alerts if self.recoveries.get(i.monitor_id) is None]

    def observation(self) -> Observation | None:
        """Return the good check that the event brings, or what was seen last of the failure."""
        given = from_document_or_none(self.event.get("observation"), Observation)
        if given or self.kind not in ON_A_FAILURE_THAT_GOES_ON:
            return given
        just_seen = Event(clock.now(), "", self.event.get("observations"))
        return latest_seen([*self.events, just_seen], self.monitor_id)

    def recovered_at(self) -> datetime | None:
        """Return when the monitor was seen well."""
        if (seen := self.event.get("observation")) is not None:
            return from_document(seen, Observation).observed_at
        return from_document_or_none(self.event.get("at"), datetime)

    def open_monitor_ids(self) -> list[str]:
        """Return what is open beside the monitor that recovered, or in a report all that is."""
        if self.kind is MailKind.RECOVERY:
            return still_open(self.monitor_id, self.recoveries)
        if self.kind is MailKind.PROGRESS:
            return self._open
        return []

    def paused_at(self) -> datetime | None:
        """Return when the monitor was paused."""
        key = f"paused#{self.monitor_id}"
        return next((event.at for event in self.events if event.key == key), None)

    def calling(self, server: Server, customer: Customer) -> bool:
        """Tell whether people are called about the failure that the mail reports."""
        if "calling" in self.event:
            return bool(self.event["calling"])
        about = [alert for alert in self.alerts if alert.monitor_id == self.monitor_id]
        return (
            self.kind is MailKind.FAILURE_CONTACT
            and may(self.incident.plan, Capability.CALL)
            and bool(optional("CONNECT_INSTANCE"))
            and any(contact.phone for contact in customer.contacts)
            and not calls.taken_up_by(self.incident.incident_id, Callees.CONTACTS)
            and any(
                needs_person(each, alert) for alert in about for each in _watched(server, alert)
            )
        )

    def next_report_at(self) -> datetime | None:
        """Return when a managed customer hears of the failure next."""
        if given := self.event.get("next_report_at"):
            return from_document(given, datetime)
        managed = may(self.incident.plan, Capability.TAKE_OVER)
        if not managed or self.kind not in ON_A_FAILURE_THAT_GOES_ON:
            return None
        return clock.now() + timedelta(seconds=self.incident.policy.progress_seconds)


def _kind(asked: str, server: Server, alerts: list[Alert]) -> MailKind:
    """A monitor that has left the contract since counts as what it was: no mere resource."""
    if asked != MailKind.ALERT:
        return MailKind(asked)
    watched = [_watched(server, alert) for alert in alerts]
    return alert_kind(found[0].check.kind if found else Kind.TCP for found in watched)


def _watched(server: Server, alert: Alert) -> list[Monitor]:
    """Return the alert's monitor, none when it has left the contract since."""
    return [each for each in server.monitors if each.monitor_id == alert.monitor_id]


def _repair(incident: Incident, monitor_id: str) -> RepairReport | None:
    if not monitor_id:
        return None
    return evidence.load(incident.incident_id, f"repair-{monitor_id}", RepairReport)


def _confirming(server_id: str) -> list[str]:
    """Monitors at strike 1 or 2, or withheld for a parent's alert, are told of as being looked at
    (catalogue section 8, reading 3, and section 3).
    """
    looked_at = {Condition.CONFIRMING, Condition.WITHHELD}
    found = states.of_server(server_id)
    return [state.monitor_id for state in found if state.condition in looked_at]
