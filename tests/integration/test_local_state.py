"""What was answered survives the process: tables, objects, parameters."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.tables import delete_expired
from tests.integration.local_sample.sample import notes, sample


def _key(note: str, item: str) -> dict[str, Any]:
    return {"note": {"S": note}, "item": {"S": item}}


NESTED = {"M": {"list": {"L": [{"N": "1.5"}, {"BOOL": True}, {"NULL": True}]}}}


def _write_single_items(client: Any, table: str) -> None:
    item = {**_key("a", "put"), "raw": {"B": b"\0\xff"}, "map": NESTED}
    client.put_item(TableName=table, Item=item)
    client.put_item(TableName=table, Item={**_key("a", "sets"), "names": {"SS": ["x", "y"]}})
    client.put_item(TableName=table, Item=_key("a", "deleted"))
    client.delete_item(TableName=table, Key=_key("a", "deleted"))
    client.update_item(
        TableName=table,
        Key=_key("a", "update"),
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": {"S": "new"}},
    )


def _write_many_items(client: Any, table: str) -> None:
    client.put_item(TableName=table, Item=_key("a", "batch-deleted"))
    writes = [
        {"PutRequest": {"Item": _key("a", "batch")}},
        {"DeleteRequest": {"Key": _key("a", "batch-deleted")}},
    ]
    client.batch_write_item(RequestItems={table: writes})
    update = {
        "TableName": table,
        "Key": _key("a", "put"),
        "UpdateExpression": "SET w = :w",
        "ExpressionAttributeValues": {":w": {"N": "7"}},
    }
    put = {"TableName": table, "Item": _key("a", "transact")}
    client.transact_write_items(TransactItems=[{"Put": put}, {"Update": update}])
    statement = f"INSERT INTO \"{table}\" VALUE {{'note': 'a', 'item': 'partiql'}}"
    client.execute_statement(Statement=statement)


def test_every_kind_of_write_is_there_after_a_restart(tmp_path: Path) -> None:
    with sample(state=tmp_path) as first:
        _write_single_items(first.client("dynamodb"), first.resource("Storage.Notes"))
        _write_many_items(first.client("dynamodb"), first.resource("Storage.Notes"))
        before = notes(first, "a")

    with sample(state=tmp_path) as second:
        after = {row["item"]["S"]: row for row in notes(second, "a")}

    assert list(after.values()) == before
    assert sorted(after) == ["batch", "partiql", "put", "sets", "transact", "update"]
    assert after["put"]["raw"]["B"] == b"\0\xff"
    assert after["put"]["map"] == NESTED
    assert after["put"]["w"] == {"N": "7"}


def test_a_refused_write_leaves_the_record_as_it_was(tmp_path: Path) -> None:
    with sample(state=tmp_path) as first:
        client, table = first.client("dynamodb"), first.resource("Storage.Notes")
        client.put_item(TableName=table, Item={**_key("kept", "x"), "v": {"S": "first"}})
        with pytest.raises(ClientError):
            client.put_item(TableName=table, Item={**_key("kept", "x"), "v": {"S": "second"}},
                            ConditionExpression="attribute_not_exists(note)")  # fmt: skip

    with sample(state=tmp_path) as second:
        assert notes(second, "kept")[0]["v"] == {"S": "first"}


def test_objects_and_parameters_are_there_after_a_restart(tmp_path: Path) -> None:
    large = b"x" * 300_000
    with sample(state=tmp_path) as first:
        s3, bucket = first.client("s3"), first.resource("Storage.Things")
        s3.put_object(
            Bucket=bucket,
            Key="small",
            Body=b"one",
            ContentType="text/plain",
            Metadata={"who": "me"},
        )
        s3.put_object(Bucket=bucket, Key="large", Body=large)
        s3.put_object(Bucket=bucket, Key="gone", Body=b"gone")
        s3.put_object(Bucket=bucket, Key="gone too", Body=b"gone")
        s3.delete_object(Bucket=bucket, Key="gone")
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "gone too"}]})
        first.put_secret("/sample/secret", "old")
        first.put_secret("/sample/secret", "s3cret")
        first.put_secret("/sample/gone", "x")
        first.client("ssm").delete_parameter(Name="/sample/gone")

    with sample(state=tmp_path) as second:
        s3, bucket = second.client("s3"), second.resource("Storage.Things")
        small = s3.get_object(Bucket=bucket, Key="small")
        assert [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [
            "large",
            "small",
        ]
        assert small["Body"].read() == b"one"
        assert (small["ContentType"], small["Metadata"]) == ("text/plain", {"who": "me"})
        assert s3.get_object(Bucket=bucket, Key="large")["Body"].read() == large
        ssm = second.client("ssm")
        (kept,) = ssm.describe_parameters()["Parameters"]
        assert (kept["Name"], kept["Type"]) == ("/sample/secret", "SecureString")
        value = ssm.get_parameter(Name="/sample/secret", WithDecryption=True)["Parameter"]["Value"]
        assert value == "s3cret"


def test_the_state_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "state"

    with sample(state=folder) as system:
        system.put_secret("/sample/secret", "s3cret")

        assert folder.stat().st_mode & 0o077 == 0


def test_an_item_whose_time_is_over_is_deleted(tmp_path: Path) -> None:
    with sample(state=tmp_path) as first:
        client, table = first.client("dynamodb"), first.resource("Storage.Notes")
        now = int(first.clock.now().timestamp())
        for name, expires in (("over", now - 60), ("not yet", now + 90_000)):
            item = {**_key("ttl", name), "expires_at": {"N": str(expires)}}
            client.put_item(TableName=table, Item=item)
        client.put_item(TableName=table, Item=_key("ttl", "never"))

        delete_expired(client, first.clock.now())

    with sample(state=tmp_path) as second:
        assert [row["item"]["S"] for row in notes(second, "ttl")] == ["never", "not yet"]
