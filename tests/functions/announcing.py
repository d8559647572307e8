"""What operators ask about ACME's maintenance, and what has come of it."""

import os
from typing import Any

import boto3

from contract.plan_maintenance import handler as plan_maintenance
from tests.functions.acme import SERVER
from tests.functions.conftest import REGION


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
