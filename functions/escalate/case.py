"""The facts of a customer's mail with the customer's words for names and times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from escalate.facts import Facts
from toban.domain.check import Check
from toban.domain.contract import Customer, Monitor, Server
from toban.domain.incident import Alert, Incident, in_order_of_work
from toban.text.measure import item_name
from toban.text.moments import moment
from toban.text.plain import one_line
from toban.text.words import Words, words


@dataclass(frozen=True, slots=True)
class Case:
    """Complete facts of one incident; the mail is about `monitor_id`."""

    facts: Facts
    incident: Incident
    customer: Customer
    server: Server
    alerts: tuple[Alert, ...]
    monitor_id: str
    words: Words

    @classmethod
    def of(cls, facts: Facts) -> "Case":
        """Check that the facts are complete; raises ValueError when they are not."""
        incident, customer, server = facts.incident, facts.customer, facts.server
        alerts = tuple(in_order_of_work(facts.alerts))
        monitor_id = facts.monitor_id or (alerts[0].monitor_id if alerts else "")
        if incident is None or customer is None or server is None or not monitor_id:
            needed = "incident, customer, server, and alerts or a monitor_id"
            raise ValueError(f"a mail of kind {facts.kind} needs {needed}")
        return cls(facts, incident, customer, server, alerts, monitor_id, words(customer.locale))

    def alert(self) -> Alert | None:
        """Return the alert of the monitor that the mail is about."""
        return next((each for each in self.alerts if each.monitor_id == self.monitor_id), None)

    def others(self) -> list[Alert]:
        """Return the other alerts of the incident, in order of work."""
        return [each for each in self.alerts if each.monitor_id != self.monitor_id]

    def monitor(self, monitor_id: str) -> Monitor | None:
        """Return the monitor, None when the customer has dropped it since."""
        try:
            return self.server.monitor(monitor_id)
        except KeyError:
            return None

    def check(self, monitor_id: str) -> Check | None:
        """Return the question the monitor asks."""
        monitor = self.monitor(monitor_id)
        return monitor.check if monitor else None

    def name(self, monitor_id: str) -> str:
        """Return the item's name; the last part of the id for a monitor that is gone."""
        monitor = self.monitor(monitor_id)
        if monitor is None:
            return one_line(monitor_id.rpartition(".")[2])
        return item_name(monitor, self.words.locale)

    def names(self, monitor_ids: Iterable[str]) -> str:
        """Return the items' names in one line, "" for no monitors."""
        return self.words.say("general", "comma").join(self.name(each) for each in monitor_ids)

    def at(self, instant: datetime | None) -> str:
        """Return the instant in the customer's zone, "being checked" when it is not known."""
        return moment(instant, self.customer.zone) if instant else self.words.unknown
