"""A customer agrees to sheets, and days pass: what the contract's functions are asked for."""

from datetime import UTC, datetime
from typing import Any

from contract import apply_due_changes, read_hearing_sheet
from tests.unit.acme_sheet import ACME
from toban.store import shards

MORE = ACME + "      - cpu\n"
FEWER = ACME.partition("      - item: disk\n")[0]
TUESDAY_IN_TOKYO = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def ask(action: str, sheet: str = ACME, **more: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "action": action,
        "sheet": sheet,
        "file": "acme.yaml",
        "requested_by": "Alice",
        **more,
    }
    return read_hearing_sheet.handler(event, None)


def apply_due() -> list[str]:
    return list(apply_due_changes.handler({}, None)["in_force"])


def watched() -> set[str]:
    return {monitor_id.rpartition(".")[2] for monitor_id in monitor_ids()}


def monitor_ids() -> set[str]:
    groups = [f"every-{n}-min.phase-{phase}" for n in (3, 5) for phase in range(n)]
    return {check for group in groups for name in shards.names(group) for check in _checks(name)}


def _checks(shard: str) -> list[str]:
    return [check.monitor_id for check in shards.checks(shard)]


def in_force_now(sheet: str) -> None:
    assert ask("apply", sheet, at_once=True)["applied"]
