"""One server's troubles, from fault to the end, through the real machines: what each of them uses.

The server is the demonstration's: real sshd, agent and web servers where they are installed.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from bench.cost.history import fill_day
from bench.cost.meter import Invocation, Meter
from bench.cost.relays import Carried, DatagramRelay, StreamRelay
from bench.cost.rounds import PARAMETERS
from bench.cost.storage import item_octets
from bench.cost.usage import Usage
from contract.sheet import read_sheet
from infra.local.commands import chronicle
from infra.local.commands.apply import apply
from infra.local.demo.server import DemonstrationServer, missing_for_real
from infra.local.executions import ExecutionSummary
from infra.local.system import LocalSystem
from infra.local.telephone import PhoneBook
from infra.local.telephone.behaviour import acknowledges
from toban.domain.policy import Policy

BEGINS = datetime(2026, 11, 24, 1, 0, 20, tzinfo=UTC)
CUSTOMER, SERVER = "acme", "acme.web01"
_PATIENCE_SECONDS = 1_800.0
_PHONE = "+81312345670"
_WATCH = frozenset({"sweep", "remind-paused", "apply-due-changes", "roll-up"})
"""Functions that come by the clock, whatever happens to the server."""


class NotAsExpectedError(RuntimeError):
    """The story did not come to its end; the text says what was waited for."""


@dataclass(slots=True)
class Trouble:
    """`invocations` that it caused, `usage` beside them (transitions), octets over the NAT, what
    it left in the tables.
    """

    invocations: list[Invocation]
    usage: Usage = field(default_factory=Usage)
    nat_octets: int = 0
    table_octets: int = 0


class Story:
    """A server that is watched; each method is one trouble of it."""

    def __init__(
        self,
        system: LocalSystem,
        server: DemonstrationServer,
        meter: Meter,
        carried: Carried,
        sign: Callable[[str], None],
    ) -> None:
        self._system, self._server, self._meter, self._carried = system, server, meter, carried
        self._sign = sign
        self._told: set[str] = set()

    def repaired(self) -> Trouble:
        """An outage that the runbook mends: alert, repair, recovery, nobody is called."""
        return self._from_to(self._server.shop.kill, self._closed)

    def cleared(self) -> Trouble:
        """A failure that is over a minute later: nothing is sent."""

        def fail_once() -> None:
            self._server.shop.kill()
            self._expect(lambda: self._new("first strike"), "a first strike")
            self._server.services.run("shop", "start")

        return self._from_to(fail_once, lambda: self._new("cleared by itself, nothing sent"))

    def called(self) -> Trouble:
        """An outage that no runbook mends: somebody is called, answers, and mends it by hand."""

        def break_and_mend() -> None:
            self._server.break_orders()
            self._expect(lambda: self._new("telephone call"), "a call")
            self._server.mend_orders()

        return self._from_to(break_and_mend, self._closed)

    def notified(self) -> Trouble:
        """An outage under plan notify, which the server has from here on: alert and recovery, its
        owner mends it.
        """

        def fail_and_mend() -> None:
            self._server.shop.kill()
            self._expect(lambda: self._new("nobody is called"), "an alert that is only mailed")
            self._server.services.run("shop", "start")

        self._sign("notify")
        return self._from_to(fail_and_mend, self._closed)

    def access_checked(self) -> Trouble:
        """The daily look at the ways in."""
        event = {"scheduled_at": "2026-11-24T01:15:00Z", "server_id": SERVER}
        return self._from_to(
            lambda: self._system.invoke("CheckAccessFunction", event), lambda: True
        )

    def _closed(self) -> bool:
        ended = all(each.status != "RUNNING" for each in self._system.executions())
        return ended and self._new("incident closed")

    def _new(self, event: str) -> bool:
        """Tell whether something is on record that was not when the trouble began."""
        return any(each.event == event for each in self._entries() if _key(each) not in self._told)

    @staticmethod
    def _entries() -> list[chronicle.Entry]:
        return chronicle.entries()

    def _expect(self, condition: Callable[[], bool], what: str) -> None:
        if not self._system.wait_until(condition, _PATIENCE_SECONDS):
            raise NotAsExpectedError(f"The incident did not come to {what}.")

    def _from_to(self, begin: Callable[[], Any], over: Callable[[], bool]) -> Trouble:
        self._told = {_key(each) for each in self._entries()}
        before = {each.arn for each in self._system.executions()}
        octets = _table_octets(self._system)
        self._meter.take()
        self._carried.take()
        begin()
        self._expect(over, "its end")
        self._system.wait_idle()
        trouble = Trouble(list(_caused(self._meter.take())))
        trouble.nat_octets = sum(self._carried.take())
        trouble.table_octets = _table_octets(self._system) - octets
        for each in self._system.executions():
            if each.arn not in before:
                trouble.usage.count("step_transitions", transitions(self._system, each))
        return trouble


@contextmanager
def story(folder: Path, contacts: int) -> Iterator[Story]:
    """Give the running story of a server of plan respond with a day of samples behind it."""
    carried = Carried()
    with ExitStack() as ending:
        disks = ("/dev/shm",)  # noqa: S108 - a file system that is nearly empty
        real = not missing_for_real()
        server = DemonstrationServer(folder / "web01", real=real, disks=disks)
        ending.enter_context(server)
        phones = PhoneBook({_PHONE: acknowledges(after=5)})
        system = LocalSystem(stepped_from=BEGINS, parameters=PARAMETERS, phones=phones)
        ending.enter_context(system)
        meter = ending.enter_context(Meter().installed())
        for name, value in server.secrets(CUSTOMER).items():
            system.put_secret(name, value)
        section = _relayed(server, carried, ending)
        sign = partial(_sign, folder / "sheet.yaml", section, contacts)
        sign("respond")
        fill_day(SERVER, BEGINS.replace(day=23, hour=0, minute=0, second=0))
        system.wait_until(lambda: False, 420)
        yield Story(system, server, meter, carried, sign)


def _relayed(server: DemonstrationServer, carried: Carried, ending: ExitStack) -> dict[str, Any]:
    """Return the server's part of the sheet with a relay in front of everything."""

    def relay(port: int) -> int:
        return ending.enter_context(StreamRelay(carried, server.address, port)).port

    agent = ending.enter_context(DatagramRelay(carried, server.address, server.agent.port))
    ssh = relay(server.ssh.port)
    monitors = [
        {"item": "ssh", "port": ssh},
        {"item": "agent"},
        server.shop_monitor() | {"port": relay(server.shop.port)},
        server.orders_monitor() | {"port": relay(server.orders.port)},
        {"item": "load", "threshold": 100},
    ]
    section = server.section(CUSTOMER, "respond", monitors)
    section["access"]["port"], section["agent"]["port"] = ssh, agent.port
    return section


def _sign(path: Path, section: dict[str, Any], contacts: int, plan: str) -> None:
    sheet = _sheet({**section, "plan": plan}, contacts)
    path.write_text(yaml.safe_dump(sheet), encoding="utf-8")
    apply([read_sheet(path, allow_loopback=True)], Policy())


def _sheet(section: dict[str, Any], contacts: int) -> dict[str, Any]:
    people = [
        {"name": f"担当 {n}", "mail": f"p{n}@acme.example", "phone": f"03-1234-567{n}"}
        for n in range(contacts)
    ]
    customer = {"id": CUSTOMER, "name": "株式会社アクメ", "zone": "Asia/Tokyo"}
    return {"customer": customer, "contacts": people, "servers": [section]}


def transitions(system: LocalSystem, execution: ExecutionSummary) -> int:
    """Return the states that an execution has entered, each retry once more."""
    kinds = [str(event["type"]) for event in system.history(execution.arn)]
    entered = sum(kind.endswith("StateEntered") for kind in kinds)
    retried = kinds.count("TaskScheduled") - kinds.count("TaskStateEntered")
    return entered + max(0, retried)


def _caused(invocations: list[Invocation]) -> Iterator[Invocation]:
    """Yield what the trouble caused; of rounds that came anyway, what they used more than others.

    What such a round took in time is paid whether anything happens or not.
    """
    rounds = [each for each in invocations if each.duty == "run-checks"]
    usual = {each.event["shard_group"]: each.usage for each in reversed(rounds)}
    for each in rounds:
        least = usual[each.event["shard_group"]]
        usual[each.event["shard_group"]] = Usage(
            {name: min(least.get(name, 0.0), each.usage.get(name, 0.0)) for name in least}
        )
    for each in invocations:
        if each.duty == "run-checks":
            each.usage = each.usage - usual[each.event["shard_group"]]
            each.usage["lambda_requests"] = 0.0
            yield each
        elif each.duty not in _WATCH and not _hands_on(each):
            yield each


def _hands_on(each: Invocation) -> bool:
    return isinstance(each.answer, dict) and "handed_on" in each.answer


def _table_octets(system: LocalSystem) -> int:
    return sum(octets for octets, _ in item_octets(system).values())


def _key(entry: chronicle.Entry) -> str:
    return f"{entry.owner} {entry.key} {entry.event}"
