"""DynamoDB on one machine: atomic, and written through to the journal item by item."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.responses import DynamoHandler

from infra.local.journal import Journal
from infra.local.patches import Patches

_PARTIQL = {"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"} | _PARTIQL

_KEEP = "insert or replace into items values (?, ?, ?)"
_DELETE = "delete from items where table_name = ? and key = ?"
_BYTES = "\N{SECTION SIGN}bytes"

Document = dict[str, Any]


def install(patches: Patches, journal: Journal, account: str, region: str) -> None:
    """Let one call run at a time: moto checks a condition and writes without a lock, so two writers
    both win.
    """
    original: Any = DynamoHandler.call_action
    lock = threading.RLock()

    def call_action(self: Any) -> Any:
        with lock:
            action = self._get_action()
            response = original(self)
            backend = dynamodb_backends[account][region]
            if action in _PARTIQL:
                _write_all(journal, backend)
            elif action in _WRITES:
                _write_through(journal, backend, list(_touched(backend, action, self.params)))
            return response

    patches.replace(DynamoHandler, "call_action", call_action)


def restore(journal: Journal, account: str, region: str) -> None:
    """Put the journal's items back into the tables of the template."""
    backend = dynamodb_backends[account][region]
    for table_name, item in journal.rows("select table_name, item from items"):
        if table_name in backend.tables:
            backend.tables[table_name].put_item(json.loads(item, object_hook=_decode_bytes))


def delete_expired(client: Any, now: datetime) -> None:
    """Delete the items whose time to live is over; AWS does so within a few days."""
    for page in client.get_paginator("list_tables").paginate():
        for table in page["TableNames"]:
            ttl = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
            if ttl["TimeToLiveStatus"] == "ENABLED":
                _delete_expired(client, table, ttl["AttributeName"], int(now.timestamp()))


def _delete_expired(client: Any, table: str, attribute: str, now: int) -> None:
    schema = client.describe_table(TableName=table)["Table"]["KeySchema"]
    names = [part["AttributeName"] for part in schema]
    expired = {
        "ExpressionAttributeNames": {"#ttl": attribute},
        "ExpressionAttributeValues": {":now": {"N": str(now)}},
    }
    pages = client.get_paginator("scan").paginate(
        TableName=table, FilterExpression="#ttl < :now", **expired
    )
    for item in [item for page in pages for item in page["Items"]]:
        key = {name: item[name] for name in names}
        # it may have been written anew since it was found
        with suppress(client.exceptions.ConditionalCheckFailedException):
            client.delete_item(
                TableName=table, Key=key, ConditionExpression="#ttl < :now", **expired
            )


def _touched(backend: Any, action: str, request: dict[str, Any]) -> Iterator[tuple[Any, Document]]:
    """Yield the table and key of everything that the request may have written."""
    for table_name, document in _written(action, request):
        if table_name in backend.tables or table_name.startswith("arn:"):
            table = backend.get_table(table_name)
            yield table, _key_of(table, document)


def _written(action: str, request: dict[str, Any]) -> Iterator[tuple[str, Document]]:
    """Yield table name and item or key of every write in the request."""
    if action == "BatchWriteItem":
        for table_name, writes in request["RequestItems"].items():
            for write in writes:
                (operation,) = write.values()
                yield table_name, operation.get("Item") or operation["Key"]
    elif action == "TransactWriteItems":
        for write in request["TransactItems"]:
            (operation,) = write.values()
            yield operation["TableName"], operation.get("Item") or operation["Key"]
    else:
        yield request["TableName"], request.get("Item") or request["Key"]


def _key_of(table: Any, document: Document) -> Document:
    return {name: document[name] for name in table.table_key_attrs if name in document}


def _write_through(journal: Journal, backend: Any, touched: list[tuple[Any, Document]]) -> None:
    with journal.commit() as db:
        for table, key in touched:
            item = (
                backend.get_item(table.name, key)
                if len(key) == len(table.table_key_attrs)
                else None
            )
            if item is None:
                db.execute(_DELETE, (table.name, _encode(key)))
            else:
                db.execute(_KEEP, (table.name, _encode(key), _encode(_document(item))))


def _write_all(journal: Journal, backend: Any) -> None:
    """PartiQL does not say in its request what it writes: all tables are written anew."""
    with journal.commit() as db:
        db.execute("delete from items")
        for table in backend.tables.values():
            for item in table.all_items():
                document = _document(item)
                db.execute(
                    _KEEP, (table.name, _encode(_key_of(table, document)), _encode(document))
                )


def _document(item: Any) -> Document:
    return {name: _plain(value) for name, value in item.attrs.items()}


def _plain(value: Any) -> Document:
    """Return moto's typed value as DynamoDB's own JSON, nested values too."""
    if value.is_list():
        return {value.type: [_plain(each) for each in value.value]}
    if value.is_map():
        return {value.type: {name: _plain(each) for name, each in value.value.items()}}
    return {value.type: value.value}


def _encode(document: Document) -> str:
    return json.dumps(document, sort_keys=True, default=_encode_bytes)


def _encode_bytes(value: Any) -> dict[str, str]:
    return {_BYTES: base64.b64encode(bytes(value)).decode()}


def _decode_bytes(value: dict[str, Any]) -> Any:
    return base64.b64decode(value[_BYTES]) if set(value) == {_BYTES} else value
