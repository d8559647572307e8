"""Secrets are read ahead by tens, and each error is told by whoever needs the secret."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from toban import secrets
from toban.secrets import forget_secrets, read_ahead, secret

NAMES = [f"/toban/acme/web{n:02}/snmp" for n in range(12)]


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """Answers what a test has added, in this order, and nothing else."""
    made: Any = boto3.client(
        "ssm", region_name="ap-northeast-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    monkeypatch.setattr(secrets, "client", lambda _: made)
    forget_secrets()
    with Stubber(made) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()
    forget_secrets()


def answer(stubbed: Stubber, asked: list[str], *missing: str) -> None:
    found = [{"Name": name, "Value": f"of {name}"} for name in asked if name not in missing]
    told = {"Parameters": found, **({"InvalidParameters": list(missing)} if missing else {})}
    stubbed.add_response("get_parameters", told, {"Names": asked, "WithDecryption": True})


def test_a_dozen_secrets_are_two_requests_and_asked_for_no_more(ssm: Stubber) -> None:
    answer(ssm, NAMES[:10])
    answer(ssm, NAMES[10:])
    read_ahead([*reversed(NAMES), NAMES[0]])

    assert [secret(each) for each in NAMES] == [f"of {each}" for each in NAMES]
    read_ahead(NAMES)


def test_a_secret_that_is_missing_is_told_by_who_needs_it(ssm: Stubber) -> None:
    answer(ssm, NAMES[:2], NAMES[1])
    read_ahead(NAMES[:2])
    ssm.add_client_error("get_parameter", "ParameterNotFound")

    assert secret(NAMES[0]) == f"of {NAMES[0]}"
    with pytest.raises(ClientError, match="ParameterNotFound"):
        secret(NAMES[1])


def test_what_could_not_be_read_ahead_is_asked_for_one_by_one(ssm: Stubber) -> None:
    ssm.add_client_error("get_parameters", "AccessDeniedException")
    read_ahead(NAMES[:2])
    ssm.add_response("get_parameter", {"Parameter": {"Name": NAMES[0], "Value": "it"}})

    assert secret(NAMES[0]) == "it"
