"""The local system takes shorter ways through moto's tables, and answers the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import notes, sample


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with sample() as started:
        yield started


@pytest.fixture
def table(system: LocalSystem) -> str:
    return system.resource("Storage.Notes")


def _key(note: str, item: str) -> dict[str, Any]:
    return {"note": {"S": note}, "item": {"S": item}}


def _put(table: str, item: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": item, **more}}


def test_a_query_returns_its_partition_in_order_and_in_pages(
    system: LocalSystem, table: str
) -> None:
    client = system.client("dynamodb")
    for note, item in [("days", "2"), ("nights", "1"), ("days", "3"), ("days", "1")]:
        client.put_item(TableName=table, Item=_key(note, item))

    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="note = :note",
        ExpressionAttributeValues={":note": {"S": "days"}},
        ScanIndexForward=False,
        PaginationConfig={"PageSize": 2},
    )
    found = [[item["item"]["S"] for item in page["Items"]] for page in pages]

    assert found == [["3", "2"], ["1"]]


def test_a_query_of_an_index_finds_items_of_all_partitions(system: LocalSystem) -> None:
    client = system.client("dynamodb")
    key = [{"AttributeName": "colour", "KeyType": "HASH"}]
    client.create_table(
        TableName="things",
        KeySchema=[{"AttributeName": "thing", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("thing", "colour")
        ],
        GlobalSecondaryIndexes=[
            {"IndexName": "by_colour", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for thing, colour in [("rose", "red"), ("leaf", "green"), ("rust", "red"), ("red", "none")]:
        item = {"thing": {"S": thing}, "colour": {"S": colour}}
        client.put_item(TableName="things", Item=item)

    found = client.query(
        TableName="things",
        IndexName="by_colour",
        KeyConditionExpression="colour = :colour",
        ExpressionAttributeValues={":colour": {"S": "red"}},
    )["Items"]

    assert {item["thing"]["S"] for item in found} == {"rose", "rust"}


def test_a_transaction_that_fails_leaves_everything_as_it_was(
    system: LocalSystem, table: str
) -> None:
    client = system.client("dynamodb")
    kept, gone, other = _key("kept", "1"), _key("gone", "1"), _key("kept", "2")
    client.put_item(TableName=table, Item={**kept, "seen": {"N": "1"}})
    client.put_item(TableName=table, Item=gone)
    seen_once_more = {
        "TableName": table,
        "Key": kept,
        "UpdateExpression": "ADD seen :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    writes: list[dict[str, Any]] = [
        {"Update": seen_once_more},
        {"Delete": {"TableName": table, "Key": gone}},
        _put(table, other),
        _put(table, _key("never", "1"), ConditionExpression="attribute_exists(note)"),
    ]

    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(TransactItems=writes)

    assert notes(system, "kept") == [{**kept, "seen": {"N": "1"}}]
    assert notes(system, "gone") == [gone]
    assert notes(system, "never") == []


def test_a_transaction_changes_all_its_partitions_and_no_other(
    system: LocalSystem, table: str
) -> None:
    client = system.client("dynamodb")
    for item in (_key("stays", "1"), _key("goes", "1")):
        client.put_item(TableName=table, Item=item)

    client.transact_write_items(
        TransactItems=[
            _put(table, _key("new", "1")),
            _put(table, _key("new", "2")),
            {"Delete": {"TableName": table, "Key": _key("goes", "1")}},
        ]
    )

    assert notes(system, "new") == [_key("new", "1"), _key("new", "2")]
    assert (notes(system, "goes"), notes(system, "stays")) == ([], [_key("stays", "1")])


def test_every_type_of_value_comes_back_as_it_was_written(system: LocalSystem, table: str) -> None:
    client = system.client("dynamodb")
    item = {
        **_key("types", "all"),
        "bytes": {"B": b"\x00\xff"},
        "number": {"N": "1.5"},
        "yes": {"BOOL": True},
        "nothing": {"NULL": True},
        "names": {"SS": ["a", "b"]},
        "nested": {"M": {"list": {"L": [{"S": "夜"}, {"B": b"\xfe"}, {"M": {}}]}}},
    }
    client.put_item(TableName=table, Item=item)

    read = client.get_item(TableName=table, Key=_key("types", "all"))["Item"]

    assert read == item
    assert notes(system, "types") == [item]
    assert "Item" not in client.get_item(TableName=table, Key=_key("types", "none"))


def test_what_a_condition_forbids_is_told_with_the_item_that_is_there(
    system: LocalSystem, table: str
) -> None:
    client, there = system.client("dynamodb"), {**_key("mine", "1"), "by": {"S": "me"}}
    client.put_item(TableName=table, Item=there)

    with pytest.raises(ClientError) as refused:
        client.put_item(
            TableName=table,
            Item=_key("mine", "1"),
            ConditionExpression="attribute_not_exists(note)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert refused.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert refused.value.response["Item"] == there  # type: ignore[typeddict-item]
