"""The tables and buckets of production's own template in an AWS of this process."""

import socket
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from toban import clock
from toban.clients import forget_clients
from toban.secrets import forget_secrets
from toban.store.tables import forget_connections

STORAGE = Path(__file__).parents[2] / "infra" / "storage.yaml"
REGION = "ap-northeast-1"


class RuleClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def rule_clock() -> Iterator[RuleClock]:
    source = RuleClock()
    clock.use(source)
    yield source
    clock.use(clock.system_time)


@pytest.fixture(scope="module")
def account() -> Iterator[str]:
    """An AWS account with production's storage, made once for a module: its evidence bucket."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in _environment().items():
            environment.setenv(name, value)
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            environment.delenv(name, raising=False)
        _forget()
        yield _create_storage()
    _forget()


@pytest.fixture
def aws(account: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The account as empty as on its first day."""
    for name, value in _environment().items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVIDENCE_BUCKET", account)
    yield
    _empty()


def _empty() -> None:
    tables: Any = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables
    for table in tables.values():
        table.items.clear()
    buckets: Any = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].buckets
    for bucket in buckets.values():
        bucket.keys.clear()
    for service in ("ses", "sesv2", "ssm", "stepfunctions", "lambda"):
        used: Any = get_backend(service)[DEFAULT_ACCOUNT_ID]
        for backend in used.values():
            backend.reset()
    forget_secrets()


@pytest.fixture
def nobody_listens() -> Iterator[int]:
    """A port of this machine that refuses."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


@pytest.fixture
def machines(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """State machines that executions can be started of; they do nothing."""
    client = boto3.client("stepfunctions", region_name=REGION)
    for name in ("confirm", "incident", "maintenance", "resume"):
        made = client.create_state_machine(
            name=f"toban-{name}",
            definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
            roleArn="arn:aws:iam::123456789012:role/toban",
        )
        monkeypatch.setenv(f"{name.upper()}_MACHINE", made["stateMachineArn"])


def _environment() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "SENDER_ADDRESS": "toban@msp.example",
        "OPERATOR_ADDRESS": "operator@msp.example",
        "PROVIDER_NAME": "当番監視センター",
        "PROVIDER_PHONE": "+81312345678",
    }


def _forget() -> None:
    forget_clients()
    forget_connections()
    forget_secrets()


def _create_storage() -> str:
    """Create the stack of infra/storage.yaml and return the evidence bucket's name."""
    cloudformation = boto3.client("cloudformation", region_name=REGION)
    parameters = {"Name": "toban", "DeletionProtection": "false", "EvidenceDays": "400"}
    with warnings.catch_warnings():
        # moto has no AWS::S3::BucketPolicy; who may read a bucket is not what these tests are about
        warnings.filterwarnings("ignore", message="Tried to parse AWS::S3::BucketPolicy")
        cloudformation.create_stack(
            StackName="toban-storage",
            TemplateBody=STORAGE.read_text(encoding="utf-8"),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
        )
    found = cloudformation.describe_stack_resource(
        StackName="toban-storage", LogicalResourceId="EvidenceBucket"
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])
