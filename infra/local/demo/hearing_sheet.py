"""The hearing sheet of a demonstration: written like a customer's, read by the same reader."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

CUSTOMER_ID = "demo"
CONTACTS = (
    {"name": "山田 太郎", "mail": "taro@example.jp", "phone": "03-1234-5678"},
    {"name": "佐藤 花子", "mail": "hanako@example.jp", "phone": "090-1234-5678"},
)


def write(
    path: Path,
    servers: Sequence[dict[str, Any]],
    contacts: Sequence[dict[str, str]] = CONTACTS,
    locale: str = "ja",
) -> Path:
    """Write the sheet of a Japanese customer with these servers; return its path."""
    customer = {
        "id": CUSTOMER_ID,
        "name": "株式会社デモ",
        "locale": locale,
        "zone": "Asia/Tokyo",
    }
    sheet = {"customer": customer, "contacts": list(contacts), "servers": list(servers)}
    path.write_text(yaml.safe_dump(sheet, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path
