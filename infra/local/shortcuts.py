"""Shorter ways through moto, which is made for tables of a few items and looks at all of them.

Each function below is one shortcut with its reason; what is answered stays the same.
"""

import base64
import functools
import json
from collections import defaultdict
from collections.abc import Iterator
from copy import copy
from typing import Any

from moto.core import responses
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.responses import DynamoHandler
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.utils import json_path

from infra.local.patches import Patches

_STRAIGHT = frozenset(
    f"DynamoDB_20120810.{action}".encode()
    for action in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query")
)


def install(patches: Patches) -> None:
    """Take every shortcut."""
    _query_one_partition(patches)
    _back_up_partitions(patches)
    _parse_once(patches)
    _answer_straight(patches)


def _query_one_partition(patches: Patches) -> None:
    """Query: moto sorts the whole table and then keeps one partition of it."""
    original: Any = Table.query

    def query(self: Any, *given: Any, **named: Any) -> Any:
        wanted = dict(named.get("hash_key_conditions") or ()).get(self.hash_key_attr)
        return original(self if wanted is None else _only(self, [wanted]), *given, **named)

    patches.replace(Table, "query", query)


def _back_up_partitions(patches: Patches) -> None:
    """TransactWriteItems: moto copies every item of the tables, to put them back on failure."""
    original: Any = DynamoDBBackend.transact_write_items

    def transact(self: Any, transact_items: list[dict[str, Any]]) -> None:
        touched: dict[str, list[DynamoType]] = defaultdict(list)
        for name, hash_key in _touched(self, transact_items):
            touched[name].append(hash_key)
        whole = {name: self.tables[name] for name in touched}
        self.tables.update({name: _only(whole[name], keys) for name, keys in touched.items()})
        try:
            original(self, transact_items)
        finally:
            for name, table in whole.items():
                _put_back(table, self.tables[name], touched[name])
                self.tables[name] = table

    patches.replace(DynamoDBBackend, "transact_write_items", transact)


def _touched(backend: Any, writes: list[dict[str, Any]]) -> Iterator[tuple[str, DynamoType]]:
    for write in writes:
        for operation in write.values():
            name = operation["TableName"]
            if name in backend.tables:
                document = operation.get("Item") or operation["Key"]
                yield name, DynamoType(document[backend.tables[name].hash_key_attr])


def _only(table: Any, hash_keys: list[Any]) -> Any:
    """Return a table that holds these partitions of another, the same items."""
    narrow = copy(table)
    narrow.items = defaultdict(dict)
    narrow.items.update({key: table.items[key] for key in hash_keys if key in table.items})
    return narrow


def _put_back(table: Any, narrow: Any, hash_keys: list[Any]) -> None:
    for key in hash_keys:
        if key in narrow.items:
            table.items[key] = narrow.items[key]
        else:
            table.items.pop(key, None)


def _parse_once(patches: Patches) -> None:
    """Paths, expressions and the names of methods are taken apart anew at every call."""
    for owner, name in [
        (json_path, "parse"),
        (result_path, "parse"),
        (responses, "method_names_from_class"),
    ]:
        patches.replace(owner, name, functools.lru_cache(1024)(getattr(owner, name)))
    make: Any = UpdateExpressionParser.make
    patches.replace(UpdateExpressionParser, "make", staticmethod(functools.lru_cache(1024)(make)))


def _answer_straight(patches: Patches) -> None:
    """Reads and writes of items: of the way to the tables and back, through requests of werkzeug
    and shapes of botocore, JSON is what is needed.
    """
    original: Any = BotocoreStubber.process_request
    original_serialized: Any = DynamoHandler.serialized

    def process_request(self: Any, request: Any) -> Any:
        target = request.headers.get("X-Amz-Target") or b""
        if target not in _STRAIGHT or b'"B' in request.body:  # binary values are base64 outside
            return original(self, request)
        handler: Any = DynamoHandler()
        handler.headers = {"x-amz-target": target.decode()}
        handler.params = json.loads(request.body)
        handler.querystring, handler.response_headers = {}, {}
        handler.current_account = DEFAULT_ACCOUNT_ID
        handler.region = handler.region_regex.search(request.url)[1]
        return handler.call_action()

    def serialized(self: Any, answer: Any) -> Any:
        if self.headers["x-amz-target"].encode() not in _STRAIGHT or not isinstance(
            answer.result, dict
        ):
            return original_serialized(self, answer)
        told = {name: value for name, value in answer.result.items() if value is not None}
        return 200, dict(self.response_headers), json.dumps(told, default=_base64)

    patches.replace(BotocoreStubber, "process_request", process_request)
    patches.replace(DynamoHandler, "serialized", serialized)


def _base64(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode()
