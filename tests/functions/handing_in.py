"""Sheets that are handed in to be in force at once, and everything that is stored then."""

import base64
from copy import deepcopy
from typing import Any

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from contract import read_hearing_sheet
from contract.sheet import parse_sheet
from tests.functions.agreeing import MORE
from tests.functions.conftest import REGION
from tests.unit.acme_sheet import ACME
from toban.domain.revision import Terms

SECOND = ACME.partition("servers:\n")[2].replace("web01", "db01").replace("- ssh\n", "- cpu\n")
CHANGED = f"{MORE.replace('name: Sato', 'name: Suzuki')}{SECOND}"
"""Another contact, another monitor and another server than ACME's."""


def apply(sheet: str | bytes, file: str = "acme.yaml", **more: Any) -> dict[str, Any]:
    data = sheet.encode() if isinstance(sheet, str) else sheet
    event = {"action": "apply", "sheet_base64": base64.b64encode(data).decode(), "file": file}
    return read_hearing_sheet.handler({**event, "at_once": True, **more}, None)


def all_items() -> list[str]:
    """Return everything that is stored."""
    tables: Any = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables
    found = [
        (table.name, item.to_json()) for table in tables.values() for item in table.all_items()
    ]
    return sorted(f"{name} {sorted(item['Attributes'].items(), key=str)}" for name, item in found)


def kept() -> dict[str, Any]:
    """Return the tables' items as they are now."""
    tables: Any = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables
    return {name: deepcopy(table.items) for name, table in tables.items()}


def put_back(kept: dict[str, Any]) -> None:
    tables: Any = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables
    for name, items in kept.items():
        tables[name].items = deepcopy(items)


def terms(sheet: str | bytes) -> Terms:
    data = sheet.encode() if isinstance(sheet, str) else sheet
    return parse_sheet(data, "acme", allow_loopback=True).terms
