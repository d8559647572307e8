"""The intake bucket, as Lambda and EventBridge would have it used."""

from typing import Any

import boto3
import pytest

from contract import result_mail, take_in
from escalate import tell_operator
from tests.functions.conftest import REGION
from tests.functions.mailing import PostOffice
from tests.unit.acme_sheet import ACME
from toban.store.documents import to_document


@pytest.fixture
def bucket(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> str:
    """The intake bucket; what operators are told is carried out as Lambda would."""
    s3 = boto3.client("s3", region_name=REGION)
    names = [str(each["Name"]) for each in s3.list_buckets()["Buckets"]]
    (name,) = [each for each in names if "intakebucket" in each.lower()]
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    monkeypatch.setenv("INTAKE_BUCKET", name)
    monkeypatch.setenv("TELL_OPERATOR_FUNCTION", "toban-tell-operator")
    monkeypatch.setattr(
        result_mail,
        "invoke_later",
        lambda _, event: tell_operator.handler(to_document(event), None),
    )
    return name


def put(bucket: str, key: str, content: str | bytes) -> None:
    body = content.encode() if isinstance(content, str) else content
    boto3.client("s3", region_name=REGION).put_object(Bucket=bucket, Key=key, Body=body)


def told_of(key: str) -> dict[str, Any]:
    """Carry out the event of an object, as EventBridge hands it over."""
    event = {"source": "aws.s3", "detail": {"object": {"key": key}}}
    return take_in.handler(event, None)


def text_of(bucket: str, key: str) -> str:
    found = boto3.client("s3", region_name=REGION).get_object(Bucket=bucket, Key=key)
    return found["Body"].read().decode()


def drop(bucket: str, key: str, content: str | bytes = ACME) -> str:
    """Drop a file, have it taken in, and return what lies in the result."""
    put(bucket, key, content)
    return text_of(bucket, told_of(key)["result"])
