"""A customer whose server has failed, telephones with people at them, and somebody who waits for
the end of the calls as the incident does.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.system import ExecutionSummary, LocalSystem
from infra.local.telephone.call import PhoneCall
from tests.functions.acme import HTTP, MYSQL, confirmed, sign
from toban.domain.call import Call, Callees
from toban.domain.contract import Contact, Customer
from toban.domain.identifier import incident_id
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.store import calls, contracts, incidents, states
from toban.store.documents import to_document

BEGINS = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PARAMETERS = {
    "SenderAddress": "toban@msp.example",
    "OperatorAddress": "operator@msp.example",
    "ReferenceTargets": "",
}
LONG = 600.0
_ROLE = "arn:aws:iam::123456789012:role/any"


def people(*names: str) -> tuple[Contact, ...]:
    """Contacts with the numbers +81900000000<n>, n from 1 in their order."""
    return tuple(
        Contact(name, f"{name.lower()}@acme.example", f"+81900000000{place}")
        for place, name in enumerate(names, 1)
    )


class PhoneSite:
    """One local system; each outage is an incident of its own."""

    def __init__(self, system: LocalSystem) -> None:
        self.system = system
        self._outages = 0
        self._machine = _waiting_machine(system)

    def outage(self, policy: Policy | None = None, contacts: tuple[Contact, ...] = ()) -> Incident:
        """Two monitors of the server have failed and an incident is open."""
        server = sign(Plan.RESPOND)
        contacts = contacts or people("Alice", "Bob", "Carol")
        contracts.save_customer(Customer("acme", "アクメ株式会社", contacts))
        self._outages += 1
        at = self.system.clock.now().replace(microsecond=0) + timedelta(seconds=self._outages)
        incident = Incident(
            incident_id(server.server_id, at),
            server.customer_id,
            server.server_id,
            server.plan,
            at,
            0,
            policy or Policy(),
        )
        for monitor_id in (HTTP, MYSQL):
            states.close(monitor_id, _open_incident(monitor_id), at)
        alerts = [confirmed(each, at).alert(70) for each in (HTTP, MYSQL)]
        incidents.admit(alerts, "shard", incident)
        return incident

    def start(self, incident: Incident, callees: str = "contacts", about: str = HTTP) -> str:
        """Wait for the calls as the incident's state does; returns the waiting execution."""
        asked = {"callees": callees, "about": [about], "round": 1}
        given = {"incident": to_document(incident), **asked}
        started = self.system.client("stepfunctions").start_execution(
            stateMachineArn=self._machine, input=json.dumps(given)
        )
        return str(started["executionArn"])

    def result(self, waiting: str) -> dict[str, Any]:
        """Return what the incident is told at the end of the calls."""
        assert self.system.wait_until(lambda: self._found(waiting).status != "RUNNING", LONG)
        ended = self._found(waiting)
        assert ended.status == "SUCCEEDED", ended
        return dict(ended.output)

    def run(self, incident: Incident, callees: str = "contacts") -> dict[str, Any]:
        """Start the calls and wait for their end."""
        return self.result(self.start(incident, callees))

    def wait_for(self, condition: Any) -> None:
        """Wait until something is so."""
        assert self.system.wait_until(condition, LONG)

    def recover(self, incident: Incident, monitor_id: str = HTTP) -> None:
        """Let a monitor be seen well."""
        seen = Observation(monitor_id, Reason.OK, self.system.clock.now())
        incidents.close_alert(incident.incident_id, monitor_id, seen)

    def dialled(self, incident: Incident) -> list[PhoneCall]:
        """Return what the network knows of the incident's calls."""
        start = f"{incident.incident_id}."
        return [
            each
            for each in self.system.telephone.calls
            if each.attributes["call"].startswith(start)
        ]

    def is_awaited(self, incident: Incident) -> bool:
        """Tell whether the machine waits for a key."""
        return any(each.token for each in calls.attempts(incident.incident_id, Callees.CONTACTS))

    def log(self, incident: Incident, callees: Any = "contacts") -> list[Call]:
        """Return the calls as the record has them."""
        return calls.made(incident.incident_id, callees)

    def outcomes(self, incident: Incident) -> list[tuple[str, str]]:
        """Return who was called and what became of it."""
        return [(each.name, each.outcome.value) for each in self.log(incident)]

    def chain(self, incident: Incident) -> ExecutionSummary:
        """Return the incident's execution of phone_chain."""
        name = f"{incident.incident_id}.contacts"
        return next(each for each in self.system.executions() if each.name == name)

    def _found(self, arn: str) -> ExecutionSummary:
        return next(each for each in self.system.executions() if each.arn == arn)


def _open_incident(monitor_id: str) -> str:
    state = states.get(monitor_id)
    return state.incident_id if state else ""


def _waiting_machine(system: LocalSystem) -> str:
    payload = {
        "incident.$": "$.incident",
        "callees.$": "$.callees",
        "about.$": "$.about",
        "token.$": "$$.Task.Token",
    }
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {
            "FunctionName": system.resource("StartPhoneChainFunction"),
            "Payload": payload,
        },
        "TimeoutSeconds": 3600,
        "End": True,
    }
    definition = {"StartAt": "StartPhoneChain", "States": {"StartPhoneChain": task}}
    created = system.client("stepfunctions").create_state_machine(
        name="waiting", definition=json.dumps(definition), roleArn=_ROLE
    )
    return str(created["stateMachineArn"])


@contextmanager
def phone_site(**parameters: str) -> Iterator[PhoneSite]:
    """Start a local system; parameters of the template may be given."""
    with LocalSystem(stepped_from=BEGINS, parameters=PARAMETERS | parameters) as system:
        yield PhoneSite(system)


def with_lines(lines: int) -> Policy:
    """Return the policy with another limit of concurrent calls."""
    return replace(Policy(), concurrent_calls=lines)
