"""The cost meter counts DynamoDB's units as its developer guide does."""

from typing import Any

import pytest

from bench.cost.capacity import index_units, item_size, read_units, write_units
from bench.cost.requests import TableRequest

Item = dict[str, dict[str, Any]]


def item_of(octets: int, **more: dict[str, Any]) -> Item:
    """An item of exactly so many octets without those of `more`."""
    return {"filler": {"S": "x" * (octets - len("filler"))}, **more}


@pytest.mark.parametrize(
    ("value", "octets"),
    [
        ({"S": "当番"}, 6),
        ({"B": b"\x00\x01\x02"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "1234"}, 3),
        ({"N": "12345"}, 4),
        ({"N": "-12345"}, 5),
        ({"N": "1200000"}, 2),
        ({"N": "0.0012"}, 2),
        ({"SS": ["ab", "c"]}, 3),
        ({"NS": ["12", "345"]}, 5),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"BOOL": False}]}, 3 + (1 + 2) + (1 + 1)),
        ({"M": {}}, 3),
        ({"M": {"key": {"S": "ab"}}}, 3 + 1 + 3 + 2),
    ],
)
def test_a_value_has_the_size_of_the_guide(value: dict[str, Any], octets: int) -> None:
    assert item_size({"name": value}) == len("name") + octets


def test_what_is_not_there_has_no_size() -> None:
    assert item_size(None) == 0


@pytest.mark.parametrize(
    ("octets", "consistent", "units"),
    [
        (0, True, 1),
        (0, False, 0.5),
        (4_096, True, 1),
        (4_097, True, 2),
        (4_097, False, 1),
        (40_960, False, 5),
    ],
)
def test_a_read_is_four_kilobytes_a_unit_and_half_when_eventual(
    octets: int, consistent: bool, units: float
) -> None:
    assert read_units(octets, consistent=consistent) == units


def test_a_write_costs_the_larger_of_before_and_after_in_whole_kilobytes() -> None:
    assert write_units(None, item_of(1_024)) == 1
    assert write_units(None, item_of(1_025)) == 2
    assert write_units(item_of(5_000), item_of(10)) == 5
    assert write_units(item_of(3_000), None) == 3
    assert write_units(None, None) == 1


KEY = ("shard",)
SOME, OTHER = {"S": "a"}, {"S": "b"}


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, item_of(10), 0),
        (item_of(10), item_of(20), 0),
        (item_of(10), item_of(10, shard=SOME), 1),
        (item_of(10, shard=SOME), item_of(2_000, shard=SOME), 2),
        (item_of(10, shard=SOME), item_of(10, shard=SOME), 0),
        (item_of(10, shard=SOME), item_of(10, shard=OTHER), 2),
        (item_of(10, shard=SOME), None, 1),
    ],
)
def test_a_sparse_index_costs_what_it_has_to_write(
    before: Item | None, after: Item | None, units: int
) -> None:
    assert index_units(before, after, KEY) == units


class Table:
    """Answers what the meter asks beside the request itself."""

    def __init__(self, items: dict[str, Item]) -> None:
        self.items = items
        self.asked: list[dict[str, Any]] = []

    def ask(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(request)
        if operation == "GetItem":
            found = self.items.get(request["Key"]["item"]["S"])
            return {"Item": found} if found else {}
        return {"Items": list(self.items.values())}

    def units(self, operation: str, request: dict[str, Any], **after: Item) -> dict[str, float]:
        asked = TableRequest(operation, request, self.ask)
        self.items |= after
        return dict(asked.units())


def key(item: str) -> Item:
    return {"incident_id": {"S": "acme"}, "item": {"S": item}}


TABLE = "toban-incidents"


def test_a_query_pays_for_what_it_looks_at_and_not_for_what_it_tells() -> None:
    table = Table({"a": item_of(3_000), "b": item_of(3_000)})
    request = {
        "TableName": TABLE,
        "KeyConditionExpression": "#0 = :0",
        "FilterExpression": "#1 = :1",
        "ProjectionExpression": "#1",
        "ExpressionAttributeNames": {"#0": "incident_id", "#1": "event"},
        "ExpressionAttributeValues": {":0": {"S": "acme"}, ":1": {"S": "x"}},
    }

    assert table.units("Query", request) == {"dynamodb_read_units": 1.0}
    assert table.asked == [
        {
            "TableName": TABLE,
            "KeyConditionExpression": "#0 = :0",
            "ExpressionAttributeNames": {"#0": "incident_id"},
            "ExpressionAttributeValues": {":0": {"S": "acme"}},
        }
    ]


def test_each_item_of_a_batch_is_rounded_up_alone() -> None:
    table = Table({"a": item_of(100), "b": item_of(100)})
    request = {"RequestItems": {TABLE: {"Keys": [key("a"), key("b")], "ConsistentRead": True}}}

    assert table.units("BatchGetItem", request) == {"dynamodb_read_units": 2}


def test_an_update_pays_for_the_whole_item() -> None:
    table = Table({"a": item_of(2_500)})
    request = {"TableName": TABLE, "Key": key("a"), "UpdateExpression": "SET #0 = :0"}

    assert table.units("UpdateItem", request) == {"dynamodb_write_units": 3}


def test_a_transaction_pays_twice_and_for_its_conditions_too() -> None:
    table = Table({"b": item_of(1_500)})
    request = {
        "TransactItems": [
            {"Put": {"TableName": TABLE, "Item": key("a")}},
            {"ConditionCheck": {"TableName": TABLE, "Key": key("b")}},
        ]
    }

    assert table.units("TransactWriteItems", request, a=key("a")) == {"dynamodb_write_units": 6}


def test_the_index_of_states_is_paid_beside_the_table() -> None:
    state = {"server_id": {"S": "acme.web01"}, "item": {"S": "monitor"}}
    table = Table({})
    request = {"TableName": "toban-states", "Item": {**state, "shard": {"S": "one"}}}

    units = table.units("PutItem", request, monitor={**state, "shard": {"S": "one"}})

    assert units == {"dynamodb_write_units": 2}
