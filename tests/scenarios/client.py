"""A customer in a story: servers, people with telephones and mailboxes, what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml

from contract.sheet import Sheet, read_sheet
from infra.local.commands import chronicle
from infra.local.commands.chronicle import Entry
from infra.local.telephone import Behaviour
from infra.local.telephone.behaviour import silent
from infra.local.telephone.call import PhoneCall
from tests.scenarios.host import Host
from tests.scenarios.night import Mail
from toban.domain.contract import Monitor, Server

if TYPE_CHECKING:
    from tests.scenarios.shift import Shift, Work

NAMES = ("first", "second", "third", "fourth")
PATIENCE_S = 3 * 3600
"""How long a story expects something, in the time of the rules."""


class Client:
    """One customer: servers, people with telephones and mailboxes, and all that happens to them."""

    def __init__(self, shift: Shift, customer_id: str, number: int) -> None:
        self._shift, self.customer_id = shift, customer_id
        self._number = number
        self.people: list[str] = []
        self.other_addresses: dict[int, str] = {}
        self.hosts: list[Host] = []

    def host(self, name: str = "web01") -> Host:
        """Put up a server."""
        self.hosts.append(self._shift.hosts.new(self.customer_id, name))
        return self.hosts[-1]

    def answer(self, *scripts: Behaviour | Sequence[Behaviour]) -> None:
        """Let the contacts answer their telephones so; there are as many of them as scripts."""
        self.people = [*NAMES, *(f"person{n}" for n in range(5, 30))][: len(scripts)]
        for place, script in enumerate(scripts):
            each = (script,) if isinstance(script, Behaviour) else tuple(script)
            self._shift.system.telephone.book.set(self.phone(place), *each)

    def phone(self, person: int) -> str:
        """Return a contact's number."""
        return f"+8190{self._number:04}{person:04}"

    def mail_address(self, person: int = 0) -> str:
        """Return a contact's address; `other_addresses` has those that are not at the customer."""
        own = f"{self.people[person]}@{self.customer_id}.example"
        return self.other_addresses.get(person, own)

    def watch(
        self, plan: str, *monitors: dict[str, Any], rails: dict[str, Any] | None = None
    ) -> None:
        """Let the contract begin, the same monitors on each server."""
        self.watch_each({host.name: (plan, monitors) for host in self.hosts}, rails)

    def watch_each(
        self,
        wanted: Mapping[str, tuple[str, Sequence[dict[str, Any]]]],
        rails: dict[str, Any] | None = None,
    ) -> None:
        """Let the contract begin: plan and monitors by server."""
        if not self.people:
            self.answer(silent())
        sections = [
            host.section(self.customer_id, wanted[host.name][0], list(wanted[host.name][1]))
            for host in self.hosts
        ]
        for host in self.hosts:
            for name, value in host.secrets(self.customer_id).items():
                self._shift.system.put_secret(name, value)
        self._shift.take_in(self._sheet(sections, rails))

    def _sheet(self, sections: list[dict[str, Any]], rails: dict[str, Any] | None) -> Sheet:
        customer: dict[str, Any] = {"id": self.customer_id, "name": self.title}
        customer |= {"locale": "en", "zone": "Asia/Tokyo"} | ({"rails": rails} if rails else {})
        contacts = [
            {"name": name.title(), "mail": self.mail_address(place), "phone": self.phone(place)}
            for place, name in enumerate(self.people)
        ]
        sheet = {"customer": customer, "contacts": contacts, "servers": sections}
        path = self._shift.folder / f"{self.customer_id}.yaml"
        path.write_text(yaml.safe_dump(sheet), encoding="utf-8")
        read = read_sheet(path, allow_loopback=True, rails=self._shift.policy.rails)
        return replace(read, servers=tuple(map(_impatient, read.servers)))

    @property
    def title(self) -> str:
        """The name by which mails address the customer."""
        return self.customer_id.title()

    def slow(self, work: Work, seconds: float, host: Host | None = None) -> None:
        """Let work on a server take so long, in the time of the rules, before it does anything."""
        server_id = f"{self.customer_id}.{(host or self.hosts[0]).name}"
        self._shift.slowness[work, server_id] = seconds

    # -- what people see -------------------------------------------------------------------------

    def mails(self, kind: str = "", person: int = 0) -> list[Mail]:
        """Return a contact's mails, the oldest first."""
        return self._shift.mailbox.mails(kind, self.mail_address(person))

    def kinds(self, person: int = 0) -> list[str]:
        """Return the kinds of a contact's mails in the order of their arrival."""
        mails = sorted(self.mails(person=person), key=lambda mail: mail.number)
        return [mail.kind for mail in mails]

    def expect_mail(self, kind: str, person: int = 0) -> Mail:
        """Wait for a mail."""
        self.expect(lambda: bool(self.mails(kind, person)), f"no {kind} mail")
        return self.mails(kind, person)[0]

    @property
    def calls(self) -> list[PhoneCall]:
        """Every call to a contact, the earliest first, as the telephone network knows them."""
        mine = {self.phone(place) for place in range(len(self.people))}
        return [call for call in self._shift.system.telephone.calls if call.number in mine]

    def called(self) -> list[str]:
        """Return who was called, in the order of the calls."""
        return [self.people[int(call.number[-4:])] for call in self.calls]

    # -- what operators see ----------------------------------------------------------------------

    def record(self) -> list[Entry]:
        """Return everything on record about the customer, in the order of time."""
        found = chronicle.entries()
        return [entry for entry in found if entry.owner.startswith(f"{self.customer_id}.")]

    def on_record(self, event: str) -> list[Entry]:
        """Return the entries of an event."""
        return [entry for entry in self.record() if entry.event == event]

    def expect_on_record(self, event: str, times: int = 1) -> Entry:
        """Wait until something is on record (so often); return the last of it."""
        self.expect(lambda: len(self.on_record(event)) >= times, f"{event!r} is not on record")
        return self.on_record(event)[-1]

    def outcomes(self) -> list[tuple[str, str]]:
        """Return whom the record says was called, and what became of it."""
        calls = self.on_record("telephone call")
        return [(entry.detail["name"].lower(), entry.detail["outcome"]) for entry in calls]

    def executions(self, machine: str) -> dict[str, str]:
        """Return name and status of a machine's executions, as an AWS client lists them."""
        found = self._shift.executions(machine)
        mine = f"{self.customer_id}."
        return {name: status for name, status in found.items() if name.startswith(mine)}

    def input(self, machine: str) -> dict[str, Any]:
        """Return the input of a machine's first execution, as an AWS client reads it."""
        return self._shift.input(machine, next(iter(self.executions(machine))))

    def expect(self, condition: Callable[[], bool], otherwise: str) -> None:
        """Wait until something is so."""
        if not self._shift.system.wait_until(condition, PATIENCE_S):
            told = [f"{entry.at:%H:%M:%S} {entry.key}: {entry.event}" for entry in self.record()]
            raise AssertionError(otherwise + "\n" + "\n".join(told))


def _impatient(server: Server) -> Server:
    """A host that is silent keeps us waiting in real time: not for long."""
    return replace(server, monitors=tuple(map(_patience, server.monitors)))


def _patience(monitor: Monitor) -> Monitor:
    if monitor.check.alive is None:
        return monitor
    check = replace(monitor.check, connect_timeout_seconds=0.3, total_timeout_seconds=2.0)
    return replace(monitor, check=check)
