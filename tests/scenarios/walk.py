"""Random walks of customers through their nights: monitors fail and work again, maintenance comes
and goes, people answer or do not, and the system's own steps are repeated or lose their answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from infra.local.runtime import HandlerError
from infra.local.system import ExecutionSummary, LocalSystem
from infra.local.telephone.behaviour import (
    acknowledges,
    busy,
    hangs_up,
    passes_on,
    silent,
    voicemail,
)
from tests.scenarios.client import Client
from tests.scenarios.host import Port
from tests.scenarios.shift import Shift
from toban.domain.policy import PORT_PROCESS
from toban.domain.shards import shard_group

PAUSES_S = (1, 10, 29, 31, 59, 60, 61, 119, 170, 180, 181, 300, 600)
PEOPLE = (acknowledges(), silent(), voicemail(), hangs_up(), busy(), passes_on())
USUAL = ("toggle", "toggle", "toggle", "people", "maintenance", "cancel")
UNUSUAL = ("again", "cut", "round", "lose")
ACTIONS = ("nothing", *USUAL, *USUAL, *UNUSUAL)


@dataclass(frozen=True)
class Step:
    """Something that happens to a customer `after` seconds; `which` chooses among what there is."""

    after: int
    action: str
    which: int


def steps(length: int) -> st.SearchStrategy[list[Step]]:
    """Walks of a length; the simplest one lets time pass."""
    step = st.builds(Step, st.sampled_from(PAUSES_S), st.sampled_from(ACTIONS), st.integers(0, 11))
    return st.lists(step, min_size=length, max_size=length)


@dataclass
class Watched:
    """A monitor with the service behind it, how that has fared, and announced maintenance."""

    monitor_id: str
    port: Port
    up: bool = True
    changes: list[tuple[datetime, bool]] = field(default_factory=list)
    windows: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def server_id(self) -> str:
        return self.monitor_id.rpartition(".")[0]


class Walker:
    """One customer: a server in plan respond with two monitors, a managed one with one.

    `disturbed` says that steps of ours have been repeated or begun anew.
    """

    def __init__(self, shift: Shift, customer_id: str) -> None:
        self.client: Client = shift.client(customer_id)
        self.system: LocalSystem = shift.system
        self.customer_id = customer_id
        self.monitors = list(self._put_up())
        self.disturbed = False
        self._stepfunctions = self.system.client("stepfunctions")
        self._windows: list[dict[str, Any]] = []
        self._to_lose, self._lost, self._names = 0, set[str](), count(1)

    def _put_up(self) -> Iterator[Watched]:
        wanted: dict[str, tuple[str, Sequence[dict[str, Any]]]] = {}
        for name, plan, monitors in (("web01", "respond", 2), ("db01", "managed", 1)):
            host = self.client.host(name)
            ports = [host.port() for _ in range(monitors)]
            wanted[name] = (plan, [port.monitor(f"p{n}") for n, port in enumerate(ports)])
            for n, port in enumerate(ports):
                yield Watched(f"{self.customer_id}.{name}.p{n}", port)
        self.client.answer(silent(), silent())
        self.client.watch_each(wanted)

    def take(self, step: Step) -> None:
        """Let the step happen now."""
        getattr(self, f"_{step.action}")(step.which)

    def rest(self) -> None:
        """Let everything be well and everybody answer."""
        for monitor in self.monitors:
            if not monitor.up:
                self._turn(monitor)
        self._people(0)
        while self._windows:
            self._cancel(0)

    # -- what customers and operators do ---------------------------------------------------------

    def _nothing(self, _: int) -> None:
        return

    def _toggle(self, which: int) -> None:
        self._turn(self.monitors[which % len(self.monitors)])

    def _turn(self, monitor: Watched) -> None:
        monitor.up = not monitor.up
        monitor.changes.append((self.system.clock.now(), monitor.up))
        if monitor.up:
            monitor.port.start()
        else:
            monitor.port.stop()

    def _people(self, which: int) -> None:
        for person in range(2):
            script = PEOPLE[(which // (person + 1)) % len(PEOPLE)]
            self.system.telephone.book.set(self.client.phone(person), script)

    def _maintenance(self, which: int) -> None:
        monitor = self.monitors[which % len(self.monitors)]
        wanted: dict[str, Any] = {"server_id": monitor.server_id, "minutes": 5 + 5 * which}
        if which % 2:
            wanted["monitor_ids"] = [monitor.monitor_id]
        for window in self._ask("plan", **wanted):
            self._windows.append(window)
            ids = window.get("monitor_ids") or [each.monitor_id for each in self.monitors]
            for each in self.monitors:
                if each.monitor_id in ids and each.server_id == monitor.server_id:
                    each.windows.append((_time(window["starts_at"]), _time(window["ends_at"])))

    def _cancel(self, _: int) -> None:
        if self._windows:
            self._ask("cancel", window_id=self._windows.pop()["window_id"])

    def _ask(self, action: str, **wanted: Any) -> list[dict[str, Any]]:
        event = {"action": action, "requested_by": "Ops <ops@msp.example>", **wanted}
        try:
            answer = self.system.invoke("PlanMaintenanceFunction", event)
        except HandlerError:  # no answer: an operator asks again
            answer = self.system.invoke("PlanMaintenanceFunction", event)
        return list(answer["windows"])

    # -- what may happen to every step -----------------------------------------------------------

    def executions(self) -> list[ExecutionSummary]:
        """Return the customer's executions, the newest first."""
        found = self.system.executions()
        return [each for each in reversed(found) if each.name.startswith(f"{self.customer_id}.")]

    def told(self, arn: str) -> Iterator[str]:
        """Yield what is on record of an execution's customer, and the states it has entered."""
        for entry in self.client.record():
            yield f"{entry.at:%H:%M:%S} {entry.owner} {entry.key}: {entry.event}"
        for event in self.system.history(arn):
            if entered := event.get("stateEnteredEventDetails"):
                yield f"{event['timestamp']} {entered['name']}"
        yield from (f"{monitor.monitor_id}: {monitor.changes}" for monitor in self.monitors)

    def _again(self, which: int) -> None:
        """An operator starts an execution that has ended anew from the beginning."""
        if found := [each for each in self.executions() if each.status != "RUNNING"]:
            name = f"{self.customer_id}.again-{next(self._names)}"
            self._start(found[which % len(found)], name)

    def _cut(self, which: int) -> None:
        """The system is killed: what runs begins again from the beginning under its own name."""
        running = [each for each in self.executions() if each.status == "RUNNING"]
        if not running:
            return
        chosen = running[which % len(running)]
        given = self._input(chosen)
        self._stepfunctions.stop_execution(executionArn=chosen.arn)
        self.system.wait_until(lambda: True, 0)
        self._forget(chosen)
        self._start(chosen, chosen.name, given)

    def _forget(self, execution: ExecutionSummary) -> None:
        backend = stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][self.system.region]
        for machine in backend.state_machines:
            kept = [each for each in machine.executions if each.name != execution.name]
            if machine.name == execution.machine:
                machine.executions[:] = kept

    def _input(self, execution: ExecutionSummary) -> str:
        told = self._stepfunctions.describe_execution(executionArn=execution.arn)
        return str(told["input"])

    def _start(self, execution: ExecutionSummary, name: str, given: str = "") -> None:
        self.disturbed = True
        machine = execution.arn.replace(":execution:", ":stateMachine:").rpartition(":")[0]
        self._stepfunctions.start_execution(
            stateMachineArn=machine, name=name, input=given or self._input(execution)
        )

    def _round(self, which: int) -> None:
        """A round is delivered again."""
        group = shard_group(self.monitors[which % 3].server_id, PORT_PROCESS)
        now = self.system.clock.now()
        late = (now.minute - int(group[-1])) % 3
        slot = now.replace(second=0, microsecond=0) - timedelta(minutes=late)
        event = {"shard_group": group, "scheduled_at": f"{slot:%Y-%m-%dT%H:%M:%SZ}"}
        self.system.invoke("RunChecksFunction", event)

    def _lose(self, which: int) -> None:
        """The next steps do their work, and their answers do not arrive."""
        self._to_lose += 1 + which % 3
        self.disturbed = True

    def loses(self, payload: str) -> bool:
        """Tell whether the answer to this payload is lost; none is lost twice."""
        mine = f'"{self.customer_id}.' in payload
        if not mine or self._to_lose == 0 or payload in self._lost:
            return False
        self._to_lose -= 1
        self._lost.add(payload)
        return True


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
