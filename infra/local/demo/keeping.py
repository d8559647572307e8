"""What a demonstration leaves behind in its folder: mails, executions, summary."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.local.system import LocalSystem


def make_room(out: Path) -> None:
    """Remove what an earlier demonstration left here, and nothing else."""
    for pattern in ("mail/*.eml", "executions/*.json", "summary.json"):
        for old in out.glob(pattern):
            old.unlink()


def keep_executions(out: Path, system: LocalSystem) -> None:
    """Write every execution with its input and history, as an AWS client reads them."""
    folder = out / "executions"
    folder.mkdir(parents=True, exist_ok=True)
    for execution in executions(system):
        machine = execution["machine"].removeprefix("toban-")
        name = f"{machine}.{execution['name']}.json"
        _write(folder / name, execution)


def executions(system: LocalSystem) -> list[dict[str, Any]]:
    """Return the executions of every machine with their histories, through the AWS API."""
    client = system.client("stepfunctions")
    machines = client.list_state_machines()["stateMachines"]
    return [
        _execution(client, machine["name"], summary["executionArn"])
        for machine in machines
        for summary in client.list_executions(stateMachineArn=machine["stateMachineArn"])[
            "executions"
        ]
    ]


def _execution(client: Any, machine: str, arn: str) -> dict[str, Any]:
    found = client.describe_execution(executionArn=arn)
    return {
        "name": found["name"],
        "machine": machine,
        "status": found["status"],
        "started": found["startDate"].isoformat(),
        "stopped": found["stopDate"].isoformat() if found.get("stopDate") else None,
        "input": json.loads(found["input"]),
        "history": history(client, arn),
    }


def history(client: Any, arn: str) -> list[dict[str, Any]]:
    """Return the events of an execution."""
    return list(client.get_execution_history(executionArn=arn)["events"])


def keep_summary(out: Path, summary: dict[str, Any]) -> None:
    """Write summary.json."""
    _write(out / "summary.json", summary)


def _write(path: Path, document: Any) -> None:
    text = json.dumps(document, indent=1, ensure_ascii=False, default=_plain)
    path.write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def collected(events: Sequence[dict[str, Any]]) -> bool:
    """Tell from an incident's history whether the server was entered and looked at."""
    for event in events:
        exited = event.get("stateExitedEventDetails", {})
        if exited.get("name") == "CollectDiagnostics":
            return bool(json.loads(exited["output"]).get("diagnostics", {}).get("collected"))
    return False
