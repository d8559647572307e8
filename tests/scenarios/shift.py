"""A shift on duty: the local system at work for several customers, a story for each of them.

Stories do to a client what customers, operators and AWS can do, and look at what these can see.
Time stands still while anything is done, and passes while a story expects something.
"""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from contract.sheet import Sheet
from infra.local.commands.apply import apply
from infra.local.system import LocalSystem
from tests.scenarios.client import Client
from tests.scenarios.host import Hosts
from tests.scenarios.night import Mailbox
from toban.domain.policy import Policy

BEGINS = datetime(2026, 11, 24, 17, 0, 20, tzinfo=UTC)
Handler = Callable[[dict[str, Any], object], Any]


class Work(StrEnum):
    """What takes its time on a slow server."""

    COLLECTING = "collecting"
    REPAIR = "repair"


class Shift:
    """The system, and the customers that it works for."""

    def __init__(
        self, system: LocalSystem, hosts: Hosts, mailbox: Mailbox, folder: Path, policy: Policy
    ) -> None:
        self.system, self.hosts, self.mailbox = system, hosts, mailbox
        self.folder, self.policy = folder, policy
        self.sheets: dict[str, Sheet] = {}
        self.slowness: dict[tuple[Work, str], float] = {}
        self._clients = 0

    def client(self, customer_id: str) -> Client:
        """Return a new customer, not watched yet."""
        self._clients += 1
        return Client(self, customer_id, self._clients)

    def take_in(self, sheet: Sheet) -> None:
        """Put a sheet in force beside the others."""
        self.sheets[sheet.customer.customer_id] = sheet
        apply(list(self.sheets.values()), self.policy)

    def executions(self, machine: str) -> dict[str, str]:
        """Return name and status of a machine's executions, as an AWS client lists them."""
        client = self.system.client("stepfunctions")
        arn = self.system.resource(f"{machine}Machine")
        listed = client.list_executions(stateMachineArn=arn)["executions"]
        return {each["name"]: each["status"] for each in listed}

    def start(self, machine: str, document: dict[str, Any]) -> None:
        """Start an execution by hand."""
        arn, text = self.system.resource(f"{machine}Machine"), json.dumps(document)
        self.system.client("stepfunctions").start_execution(stateMachineArn=arn, input=text)

    def input(self, machine: str, name: str) -> dict[str, Any]:
        """Return the input of an execution."""
        client, arn = self.system.client("stepfunctions"), self._arn(machine, name)
        return dict(json.loads(client.describe_execution(executionArn=arn)["input"]))

    def _arn(self, machine: str, name: str) -> str:
        arn = self.system.resource(f"{machine}Machine").replace(":stateMachine:", ":execution:")
        return f"{arn}:{name}"

    def states(self, machine: str, name: str) -> list[str]:
        """Return the names of the states that an execution has entered, in order."""
        client, arn = self.system.client("stepfunctions"), self._arn(machine, name)
        events = client.get_execution_history(executionArn=arn)["events"]
        entered = (event.get("stateEnteredEventDetails") for event in events)
        return [details["name"] for details in entered if details]

    def slowly(self, work: Work, handler: Handler) -> Handler:
        """Return the handler as it is on a server that is as slow as a story has said."""

        def slow(event: dict[str, Any], context: object) -> Any:
            server_id = event["incident"]["server_id"]
            seconds = self.slowness.pop((work, server_id), 0.0)
            if seconds:
                self.system.clock.wait_for(seconds, threading.Event())
            return handler(event, context)

        return slow

    def let_pass(self, minutes: float) -> None:
        """Let rule time pass."""
        self.system.wait_until(lambda: False, minutes * 60)
