"""What one request to AWS costs, computed from the request and the items that it touches."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bench.cost.capacity import Item, index_units, item_size, read_units, write_units
from bench.cost.usage import Usage

Ask = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Asks DynamoDB again, unseen by the meter: operation and parameters to the answer."""
INDEX_KEYS = {"states": ("shard",)}
"""The keys of the global index of a table, by the end of its name (infra/storage.yaml)."""
_ASYMMETRIC = frozenset({"Sign", "GetPublicKey"})
_ATTEMPTS = 2.0
"""A transaction prepares and commits: twice the units (transaction-apis.html)."""


def usage_of(service: str, operation: str, request: dict[str, Any]) -> Usage:
    """Return what a request to any service but DynamoDB costs beside what it starts."""
    used = Usage()
    if service == "s3":
        _of_s3(used, operation, request)
    elif service == "kms":
        asymmetric = operation in _ASYMMETRIC
        used.count("kms_asymmetric_requests" if asymmetric else "kms_requests")
    elif service == "ssm":  # standard parameters are free, the key that opens them is not
        used.count("kms_requests", len(request.get("Names", ("one",))))
    elif service == "sqs":
        used.count("sqs_requests")
    elif service == "sesv2" and operation == "SendEmail":
        _of_mail(used, request)
    return used


def bucket_keys(service: str, operation: str, request: dict[str, Any]) -> set[str]:
    """Return the bucket keys that S3 asks KMS for, if this requester has not used them lately.

    Once for each role at least (bucket-key.html); a key to read with is taken for another one.
    """
    if service != "s3" or operation not in {"GetObject", "PutObject"}:
        return set()
    return {f"{request['Bucket']} {operation}"}


def _of_s3(used: Usage, operation: str, request: dict[str, Any]) -> None:
    reads = operation in {"GetObject", "HeadObject"}
    used.count("s3_gets" if reads else "s3_puts")
    if operation == "PutObject":
        used.count("s3_octets", _length(request.get("Body", b"")))


def _of_mail(used: Usage, request: dict[str, Any]) -> None:
    to = request["Destination"]
    used.count("mails", sum(len(each) for each in to.values()))
    content = request["Content"]
    raw = content.get("Raw", {}).get("Data", b"")
    enclosed = content.get("Simple", {}).get("Attachments", ())
    octets = _length(raw) + sum(_length(each["RawContent"]) for each in enclosed)
    used.count("mail_gb", octets / 1e9)


def _length(body: Any) -> int:
    return len(body.encode() if isinstance(body, str) else body)


class TableRequest:
    """A request to DynamoDB: what was there before, and the units once it has been answered."""

    def __init__(self, operation: str, request: dict[str, Any], ask: Ask) -> None:
        self._operation, self._request, self._ask = operation, request, ask
        self._writes = list(_writes(operation, request))
        self._before = [self._stored(*where) for where in self._writes]

    def units(self) -> Usage:
        """Return the units consumed, also when a condition has failed."""
        used = Usage()
        transacted = self._operation.startswith("Transact")
        for (table, key), before in zip(self._writes, self._before, strict=True):
            after = self._stored(table, key)
            units = write_units(before, after) * (_ATTEMPTS if transacted else 1)
            for ending, keys in INDEX_KEYS.items():
                if table.endswith(f"-{ending}"):
                    units += index_units(before, after, keys)
            used.count("dynamodb_write_units", units)
        for octets, consistent in self._reads():
            units = read_units(octets, consistent=consistent)
            used.count("dynamodb_read_units", units * (_ATTEMPTS if transacted else 1))
        return used

    def _stored(self, table: str, key: Item) -> Item | None:
        asked = {"TableName": table, "Key": key, "ConsistentRead": True}
        found: Item | None = self._ask("GetItem", asked).get("Item")
        return found

    def _reads(self) -> Iterator[tuple[int, bool]]:
        """Yield the octets of each read and whether it is consistent."""
        request = self._request
        if self._operation == "GetItem":
            found = self._stored(request["TableName"], request["Key"])
            yield item_size(found), bool(request.get("ConsistentRead"))
        elif self._operation in {"Query", "Scan"}:
            answer = self._ask(self._operation, _everything(request))
            octets = sum(map(item_size, answer["Items"]))
            yield octets, bool(request.get("ConsistentRead"))
        elif self._operation == "BatchGetItem":
            for table, asked in request["RequestItems"].items():
                for key in asked["Keys"]:
                    consistent = bool(asked.get("ConsistentRead"))
                    yield item_size(self._stored(table, key)), consistent
        elif self._operation == "TransactGetItems":
            for each in request["TransactItems"]:
                wanted = each["Get"]
                yield item_size(self._stored(wanted["TableName"], wanted["Key"])), True


def _everything(request: dict[str, Any]) -> dict[str, Any]:
    """Return the request for all that is looked at: a filter or a projection saves no units."""
    left_out = {"FilterExpression", "ProjectionExpression", "Select", "AttributesToGet"}
    asked = {name: value for name, value in request.items() if name not in left_out}
    told = asked.get("KeyConditionExpression", "")
    for names in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        kept = {name: value for name, value in asked.pop(names, {}).items() if name in told}
        if kept:
            asked[names] = kept
    return asked


PRIMARY_KEYS = {
    "contracts": ("customer_id", "item"),
    "shards": ("shard_group", "item"),
    "states": ("server_id", "item"),
    "incidents": ("incident_id", "item"),
    "samples": ("server_id", "item"),
}
"""The primary keys of the tables by the end of their names (infra/storage.yaml)."""


def _writes(operation: str, request: dict[str, Any]) -> Iterator[tuple[str, Item]]:
    """Yield table and key of everything that is written or looked at by a transaction's check."""
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        yield _where(request["TableName"], request)
    elif operation == "TransactWriteItems":
        for each in request["TransactItems"]:
            (written,) = each.values()
            yield _where(written["TableName"], written)
    elif operation == "BatchWriteItem":
        for table, writes in request["RequestItems"].items():
            for each in writes:
                (written,) = each.values()
                yield _where(table, written)


def _where(table: str, written: dict[str, Any]) -> tuple[str, Item]:
    document = written.get("Item") or written["Key"]
    return table, {name: document[name] for name in _key_names(table)}


def _key_names(table: str) -> Iterable[str]:
    return PRIMARY_KEYS[table.rpartition("-")[2]]
