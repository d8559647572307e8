"""What a customer has agreed with the provider: contacts, servers, monitors, the way in."""

from dataclasses import dataclass
from enum import StrEnum

from toban.domain.check import Agent, Check
from toban.domain.consent import NOTHING_AGREED, Consent
from toban.domain.hours import Hours
from toban.domain.plan import Plan
from toban.domain.policy import Policy, Profile
from toban.domain.procedure import Procedure
from toban.domain.rails import Rails


class Family(StrEnum):
    """The four groups of the monitor menu (clause N-3)."""

    PORT = "port"
    STATUS = "status"
    PROCESS = "process"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class Contact:
    """One person of the customer: exactly one mail address and one telephone number (clause
    N-2). `hours` are when the telephone may ring, in the zone of the list; none: at any time.
    """

    name: str
    mail: str
    phone: str = ""
    hours: Hours = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer and the contacts in their registered order. `zone` is an IANA name, `locale` is ja
    or en.
    """

    customer_id: str
    name: str
    contacts: tuple[Contact, ...]
    locale: str = "ja"
    zone: str = "Asia/Tokyo"
    rails: Rails | None = None


CERTIFICATE_FOR = "certificate/"
"""Begins a credential that is no parameter's name: those begin with /toban/."""


@dataclass(frozen=True, slots=True)
class Access:
    """The way in by SSH: `host_keys` are the pinned public keys ("ssh-ed25519 AAAA..."), `key`
    names the secret, or is "" where the server trusts our certificates.
    """

    address: str
    user: str
    key: str
    host_keys: tuple[str, ...]
    port: int = 22


@dataclass(frozen=True, slots=True)
class Monitor:
    """One item of the menu on one server; a lower `priority` number is handled first.

    `runbook` is the catalogue's primary response or "" for notify only; `unit` is the service it
    works on, a key of the catalogue's units, and `service` is the unit's name on this server where
    the customer named it. `phone` says whether people are called when it does not recover, for a
    resource only from the value `phone_from` on; `roll_back` whether a repair that did not help is
    undone. `procedure` names the server's procedure that stands in place of the runbook (OWN) or
    follows it. An alert of one of `parents`, monitors of the same server, withholds this one's
    mail. What is `leaving` has gone from the contract and is not asked any more; it is known only
    until its alert is closed.
    """

    monitor_id: str
    item: str
    family: Family
    name_ja: str
    name_en: str
    priority: int
    check: Check
    runbook: str = ""
    unit: str = ""
    service: str = ""
    phone: bool = False
    phone_from: float | None = None
    roll_back: bool = False
    parents: tuple[str, ...] = ()
    procedure: str = ""
    leaving: bool = False

    def name(self, locale: str) -> str:
        """Return the item's name in the customer's language."""
        return self.name_en if locale == "en" else self.name_ja

    def profile(self, policy: Policy) -> Profile:
        """Return the timing that the monitor's family follows."""
        return policy.profile(self.check)


@dataclass(frozen=True, slots=True)
class Server:
    """One Linux OS, the contract unit (C-1), with everything that runs for it."""

    server_id: str
    plan: Plan
    addresses: tuple[str, ...]
    monitors: tuple[Monitor, ...]
    access: Access | None = None
    agent: Agent | None = None
    consent: Consent = NOTHING_AGREED
    procedures: tuple[Procedure, ...] = ()

    @property
    def customer_id(self) -> str:
        """The customer who owns the server."""
        return self.server_id.split(".", 1)[0]

    @property
    def host(self) -> str:
        """The server's name as the customer knows it."""
        return self.server_id.split(".", 1)[1]

    @property
    def credential(self) -> str:
        """What to log in with: the name of the secret, or CERTIFICATE_FOR with the customer's id;
        "" without a way in.
        """
        if self.access is None:
            return ""
        return self.access.key or f"{CERTIFICATE_FOR}{self.customer_id}"

    def monitor(self, monitor_id: str) -> Monitor:
        """Return the monitor, or raise KeyError when the server has none of that id (any more)."""
        for monitor in self.monitors:
            if monitor.monitor_id == monitor_id:
                return monitor
        raise KeyError(monitor_id)

    def procedure(self, name: str) -> Procedure | None:
        """Return the server's own procedure of that name, or None (any more)."""
        return next((each for each in self.procedures if each.name == name), None)
