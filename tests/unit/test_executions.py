"""Functions that are asked and do not answer."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from toban import executions
from toban.executions import FunctionFailedError, ask_function


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = boto3.client(
        "lambda", region_name="ap-northeast-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    monkeypatch.setattr(executions, "waiting_client", lambda *_: made)
    return made


def test_a_function_of_which_too_many_run_has_failed_with_that_word(client: Any) -> None:
    with Stubber(client) as stubbed:
        stubbed.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)

        with pytest.raises(FunctionFailedError, match="toban-try-access: TooManyRequestsException"):
            ask_function("toban-try-access", {}, 1)


def test_a_function_that_does_not_answer_in_time_has_failed(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://lambda.example")

    monkeypatch.setattr(client, "invoke", silent)

    with pytest.raises(FunctionFailedError, match="toban-try-access: ReadTimeoutError"):
        ask_function("toban-try-access", {}, 1)
