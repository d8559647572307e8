"""DynamoDB on one machine is atomic, as on AWS."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import notes, sample

THREADS = 6


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with sample() as started:
        yield started


@pytest.fixture
def hurried() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def _key(note: str, item: str) -> dict[str, Any]:
    return {"note": {"S": note}, "item": {"S": item}}


@pytest.mark.usefixtures("hurried")
def test_of_many_claims_on_one_key_exactly_one_wins(system: LocalSystem) -> None:
    client, table = system.client("dynamodb"), system.resource("Storage.Notes")
    together = Barrier(THREADS)

    def claim(_: int) -> list[int]:
        won = []
        for number in range(40):
            together.wait()
            try:
                client.put_item(
                    TableName=table,
                    Item=_key("claim", str(number)),
                    ConditionExpression="attribute_not_exists(note)",
                )
                won.append(number)
            except ClientError:
                continue
        return won

    with ThreadPoolExecutor(THREADS) as crowd:
        wins = [number for won in crowd.map(claim, range(THREADS)) for number in won]

    assert sorted(wins) == list(range(40))


@pytest.mark.usefixtures("hurried")
def test_no_addition_is_lost(system: LocalSystem) -> None:
    client, table = system.client("dynamodb"), system.resource("Storage.Notes")

    def add(_: int) -> None:
        for _each in range(30):
            client.update_item(
                TableName=table,
                Key=_key("sum", "all"),
                UpdateExpression="ADD seen :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    with ThreadPoolExecutor(THREADS) as crowd:
        list(crowd.map(add, range(THREADS)))

    assert notes(system, "sum")[0]["seen"]["N"] == str(THREADS * 30)
