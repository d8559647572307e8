"""The cost meter knows the tables and metrics that there are."""

from pathlib import Path
from typing import Any

from bench.cost.requests import INDEX_KEYS, PRIMARY_KEYS
from bench.cost.template_parts import OWN_METRICS
from infra.local.stack import read
from tests.template.metrics import of_our_own


def tables() -> dict[str, dict[str, Any]]:
    """The properties of each table by the end of its name."""
    storage = read(Path("infra/storage.yaml")).document["Resources"].values()
    found = [each["Properties"] for each in storage if each["Type"] == "AWS::DynamoDB::Table"]
    return {each["TableName"]["Fn::Sub"].removeprefix("${Name}-"): each for each in found}


def names(schema: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(each["AttributeName"] for each in schema)


def test_the_keys_of_tables_and_indexes_are_those_of_the_template() -> None:
    found = tables()
    indexes = {
        name: [names(each["KeySchema"]) for each in table.get("GlobalSecondaryIndexes", ())]
        for name, table in found.items()
    }

    assert {name: names(table["KeySchema"]) for name, table in found.items()} == PRIMARY_KEYS
    assert {name: each for name, each in indexes.items() if each} == {
        name: [keys] for name, keys in INDEX_KEYS.items()
    }


def test_every_metric_of_our_own_is_paid_for() -> None:
    assert len(of_our_own()) == OWN_METRICS


def test_every_bucket_has_the_key_that_the_meter_reckons_with() -> None:
    storage = read(Path("infra/storage.yaml")).document["Resources"].values()
    buckets = [each["Properties"] for each in storage if each["Type"] == "AWS::S3::Bucket"]
    rules = [each["BucketEncryption"]["ServerSideEncryptionConfiguration"] for each in buckets]

    assert rules
    assert all(rule["BucketKeyEnabled"] for each in rules for rule in each)
