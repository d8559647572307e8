"""What operators ask about ACME's maintenance, and what has come of it."""

import os
from dataclasses import replace
from typing import Any

import boto3

from contract.plan_maintenance import handler as plan_maintenance
from tests.functions.acme import LOAD, SERVER, sign
from tests.functions.conftest import REGION
from toban.domain.contract import Server
from toban.domain.policy import Policy
from toban.domain.shards import checks_by_shard
from toban.store import contracts, record, shards


def ask(action: str, **wanted: Any) -> dict[str, Any]:
    """Return the answer to an operator."""
    asked = {"action": action, "server_id": SERVER, "requested_by": "Alice", **wanted}
    return plan_maintenance(asked, None)


def planned(**wanted: Any) -> str:
    """Plan a window and return its id."""
    answer = ask("plan", **wanted)
    assert answer["mistakes"] == []
    return str(answer["windows"][0]["window_id"])


def executions(machine: str) -> list[str]:
    """Return the names of the executions of a machine, sorted."""
    client = boto3.client("stepfunctions", region_name=REGION)
    arn = os.environ[f"{machine.upper()}_MACHINE"]
    found = client.list_executions(stateMachineArn=arn)["executions"]
    return sorted(execution["name"] for execution in found)


def events(owner: str) -> list[str]:
    """Return what is on record."""
    return [event.event for event in record.events(owner)]


def all_refusing(port: int) -> Server:
    """Store ACME's contract with every port refusing, watched by its shards."""
    server = sign()
    monitors = [
        replace(each, check=replace(each.check, address="127.0.0.1", port=port))
        for each in server.monitors
        if each.monitor_id != LOAD
    ]
    server = replace(server, monitors=tuple(monitors))
    contracts.save_server(server)
    shards.save(checks_by_shard([server], Policy()))
    return server
