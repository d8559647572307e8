"""How large the stored items are, by table and kind, as DynamoDB bills them."""

from bench.cost.capacity import ITEM_OVERHEAD, item_size
from infra.local.system import LocalSystem

_TABLES = ("contracts", "shards", "states", "incidents", "samples")


def item_octets(system: LocalSystem) -> dict[str, tuple[int, int]]:
    """Return octets and count of the items by table and kind: "samples 30min"."""
    found: dict[str, tuple[int, int]] = {}
    client = system.client("dynamodb")
    for table in _TABLES:
        pages = client.get_paginator("scan").paginate(TableName=f"toban-{table}")
        for item in (item for page in pages for item in page["Items"]):
            name = f"{table} {item['item']['S'].partition('#')[0]}"
            octets, count = found.get(name, (0, 0))
            found[name] = octets + item_size(item) + ITEM_OVERHEAD, count + 1
    return found
