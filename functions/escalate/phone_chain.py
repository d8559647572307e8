"""A phone chain: whom it calls, about what, and whether that is still wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from toban.domain.call import Call, Callees, CallId
from toban.domain.call_limits import HangUpReason
from toban.domain.chain import NextCall, calls_of_round, next_call, next_untried, reached
from toban.domain.contract import Contact, Customer
from toban.domain.hours import within
from toban.domain.incident import Incident
from toban.domain.plan import Capability, may
from toban.holidays import OFFICE_ZONE, is_holiday
from toban.store import calls, contracts, incidents, revisions, states
from toban.store.documents import from_document
from toban.text.moments import local_time


@dataclass(frozen=True, slots=True)
class PhoneChain:
    """One round through the customer's contacts or the provider's engineers.

    `about` are the monitors whose failure is told; none means that people are called although all
    has been repaired, because it has to be repaired too often. `number` is that of the incident's
    round that it belongs to.
    """

    incident: Incident
    callees: Callees
    about: tuple[str, ...]
    number: int = 1

    @classmethod
    def of(cls, event: dict[str, Any]) -> "PhoneChain":
        """Read the input of the machine `phone_chain`."""
        incident = from_document(event["incident"], Incident)
        about, number = tuple(event.get("about") or ()), int(event.get("round", 1))
        return cls(incident, Callees(event["callees"]), about, number)

    def made(self) -> list[Call]:
        """Return the calls of this round that are over."""
        found = calls.made(self.incident.incident_id, self.callees)
        return calls_of_round(found, self.number)

    def call_id(self, call: dict[str, Any]) -> CallId:
        """Return the id of the call that NextCall has chosen."""
        incident_id = self.incident.incident_id
        return CallId(incident_id, self.callees, int(call["contact"]), int(call["attempt"]))

    def contacts(self) -> tuple[Contact, ...]:
        """Return who is called, in the registered order (clause P-4); nobody where the plan has
        no telephone.
        """
        if self.callees is Callees.TEST:
            return self.customer().contacts
        if not may(self.incident.plan, Capability.CALL):
            return ()
        if self.callees is Callees.ENGINEERS:
            return tuple(contracts.engineers())
        return self.customer().contacts

    def customer(self) -> Customer:
        """Return whose contacts are called. A test is made before the first day: what counts then
        is what was agreed.
        """
        if self.callees is Callees.TEST and (terms := revisions.agreed(self.incident.customer_id)):
            return terms.customer
        return contracts.customer(self.incident.customer_id)

    def following(self, made: Sequence[Call], at: datetime) -> NextCall | None:
        """Return who is called next, or None when the chain is over."""
        choose = next_untried if self.callees is Callees.TEST else next_call
        return choose(self.at_hand(at), made)

    def acknowledged(self, made: Sequence[Call]) -> bool:
        """Tell whether nobody further is called because a person has acknowledged, or an operator
        has named one.
        """
        return self.callees is not Callees.TEST and (reached(made) or bool(self.taken_up_by()))

    def at_hand(self, at: datetime) -> tuple[Contact, ...]:
        """Return who is called, without the numbers of those whose hours it is not."""
        zone = OFFICE_ZONE if self.callees is Callees.ENGINEERS else self.customer().zone
        local = local_time(at, zone)
        return tuple(
            each if within(each.hours, local, is_holiday) else replace(each, phone="")
            for each in self.contacts()
        )

    def contact(self, index: int) -> Contact:
        """Return whom a call is for; somebody without a number when the list has become shorter."""
        contacts = self.contacts()
        return contacts[index] if index < len(contacts) else Contact("", "")

    def recovered(self) -> bool:
        """Tell whether everything that the chain is about is well again (catalogue 8, reading
        29).
        """
        return bool(self.about) and not self.failing()

    def taken_up_by(self) -> str:
        """Return whom an operator has named as the person who takes the incident up, or ""."""
        return calls.taken_up_by(self.incident.incident_id, self.callees)

    def needless(self) -> HangUpReason | None:
        """Return why nobody has to be called any more, or None."""
        if self.recovered():
            return HangUpReason.RECOVERED
        return HangUpReason.TAKEN_UP if self.taken_up_by() else None

    def failing(self) -> list[str]:
        """Return what the chain is about and is not well yet."""
        found = incidents.recoveries(self.incident.incident_id)
        return [
            each for each in self.about if found.get(each) is None and not self._seen_well(each)
        ]

    def _seen_well(self, monitor_id: str) -> bool:
        """The ordinary probe has seen it well, whether or not the incident knows yet."""
        state = states.get(monitor_id)
        mine = state is not None and state.incident_id == self.incident.incident_id
        return state is not None and mine and state.recovery is not None
